"""An answer as a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ctgraph.errors import UsageError
from ctgraph.query import to_python
from ctgraph.text import display_width, make_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctgraph.export.tables.rows import Cell, Grid


# --- spreadsheets --------------------------------------------------------------------------------

_XLSX_ROWS = 1_048_576
_XLSX_COLUMNS = 16_384
_XLSX_TEXT = 32_767
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_xlsx(sheet: Grid) -> Iterator[bytes]:
    """Yield the answer as a spreadsheet, as one piece of bytes.

    Raises:
        UsageError: It holds more rows, columns or characters in a cell than a sheet can.
    """
    import datetime
    import io

    import xlsxwriter  # type: ignore[import-untyped]

    if len(sheet.rows) + 2 > _XLSX_ROWS or len(sheet.columns) > _XLSX_COLUMNS:
        raise UsageError(
            "sheet-too-large",
            n=len(sheet.rows),
            n2=len(sheet.columns),
            XLSX_ROWS=_XLSX_ROWS - 2,
            XLSX_COLUMNS=_XLSX_COLUMNS,
        )
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # The same answer must give the same bytes, so the file does not say when it was made.
    book.set_properties({"created": datetime.datetime(2000, 1, 1), "author": "ctgraph"})
    title = sheet.question.title.get(sheet.lang, "") if sheet.question else ""
    name = _SHEET_NAME.sub(" ", title).strip("' ")[:31].strip("' ")
    page = book.add_worksheet(name if name and name.lower() != "history" else "ctgraph")
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
    }
    widths = [display_width(column) for column in sheet.heads]
    for column, text in enumerate(sheet.heads):
        page.write_string(0, column, text, head)
    for index, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            shown = sheet.show(cell)
            check_cell(shown, index, sheet.columns[column])
            _write_cell(page, index, column, cell, shown, formats)
            if index <= 1000:
                widths[column] = max(widths[column], min(display_width(make_safe(shown)), 60))
    if sheet.truncated:
        page.write_string(len(sheet.rows) + 1, 0, sheet.note())
    for column, width in enumerate(widths):
        page.set_column(column, column, width + 2)
    page.freeze_panes(1, 0)
    if sheet.columns and sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    book.close()
    yield buffer.getvalue()


def check_cell(shown: str, row: int, column: str) -> None:
    """Refuse a text that a cell cannot hold, for programs for spreadsheets cut it in silence.

    Args:
        shown: The text.
        row: The number of its row, from 1.
        column: The name of its column.

    Raises:
        UsageError: It is too long, counted as Excel does, by code units of UTF-16.
    """
    if len(shown) * 2 <= _XLSX_TEXT:
        return
    length = len(shown.encode("utf-16-le", "surrogatepass")) // 2
    if length > _XLSX_TEXT:
        raise UsageError("sheet-cell-too-long", row=row, column=column, n=length, most=_XLSX_TEXT)


def _fits_number(value: object) -> bool:
    """Tell whether Excel, which keeps 15 digits, holds a number as it is."""
    from decimal import Decimal

    if isinstance(value, float):
        return value - value == 0  # neither infinite nor no number
    if not isinstance(value, (int, Decimal)):
        return False
    number = Decimal(value)
    return len(number.as_tuple().digits) <= 15 and abs(number) < Decimal("1e300")


def _write_cell(  # noqa: PLR0917 - the order of xlsxwriter's own
    page: Any, row: int, column: int, cell: Cell, shown: str, formats: Mapping[str, Any]
) -> None:
    """Write a cell as a number, date or truth value if Excel can hold it exactly, else as text."""
    import datetime

    value = to_python(cell) if isinstance(cell, ox.Literal) and cell.language is None else shown
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif _fits_number(value):
        page.write_number(row, column, value)
    elif isinstance(value, datetime.datetime) and value.tzinfo is None and value.year >= 1900:
        page.write_datetime(row, column, value, formats["datetime"])
    elif type(value) is datetime.date and value.year >= 1900:
        page.write_datetime(row, column, value, formats["date"])
    else:
        page.write_string(row, column, shown)
