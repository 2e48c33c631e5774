"""Column charts of a slide, which keep their own data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from typing import Any

from ctgraph.draw.slides.openxml import DRAWING, emu, name_shape, rgb, set_fonts
from ctgraph.draw.text_metrics import Box, text_points


def draw_chart(
    slide: Any,
    box: Box,
    values: Mapping[str, float | None],
    *,
    unit: str,
    emphasis: Set[str],
    name: str,
    description: str,
) -> None:
    """A column chart with its own data; what is not emphasised is paler."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
    from pptx.util import Pt

    data = CategoryChartData(number_format="General")
    data.categories = list(values)
    data.add_series(unit, [whole(value) for value in values.values()])
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED,
        emu(box.left), emu(box.top), emu(box.width), emu(box.height), data,
    )  # fmt: skip
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size = Pt(12)
    chart.font.color.rgb = rgb("ink")
    axis = chart.value_axis
    axis.minimum_scale = 0
    highest = max((value for value in values.values() if value is not None), default=0)
    axis.maximum_scale = max(1.0, highest * 1.15)
    axis.visible = axis.has_major_gridlines = False
    chart.category_axis.format.line.color.rgb = rgb("soft")
    chart.category_axis.has_major_gridlines = False
    # The names of the columns stay level: they shrink until they have room side by side.
    room = box.width / max(1, len(values)) * 0.86
    longest = max((text_points(name, 12.0) for name in values), default=1.0)
    chart.category_axis.tick_labels.font.size = Pt(
        max(7.0, math.floor(min(12.0, 12.0 * room / longest) * 2) / 2)
    )
    chart.category_axis._element.xpath("./c:txPr/a:bodyPr")[0].set("rot", "0")
    plot = chart.plots[0]
    plot.gap_width = 60
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value = True
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(14)
    labels.font.bold = True
    bars = plot.series[0]
    bars.format.fill.solid()
    bars.format.fill.fore_color.rgb = rgb("blue")
    for index, year in enumerate(values):
        if year not in emphasis:
            fill = bars.points[index].format.fill
            fill.solid()
            fill.fore_color.rgb = rgb("pale-bar")
    for properties in chart._chartSpace.iter(f"{{{DRAWING}}}defRPr"):
        set_fonts(properties)
    name_shape(frame, name, description)


def whole(value: float | None) -> float | int | None:
    """Return a number without a fraction as an integer."""
    return int(value) if value is not None and value == int(value) else value
