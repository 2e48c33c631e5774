"""Series of numbers for the native charts of a slide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ctgraph.draw.text_metrics import clean
from ctgraph.network.stories import Story
from ctgraph.terms import shorten

if TYPE_CHECKING:
    from ctgraph.store import Store


class Series(NamedTuple):
    """The values of one indicator.

    Attributes:
        label: Its name.
        unit: What is counted.
        values: By label of the fiscal year, in their order; None where no value is given.
        emphasis: The years that the story is about; all if it is about none.
        notes: What is said of single years: label of the year and text.
        claims: The claims that the values rest on.
    """

    label: str
    unit: str
    values: Mapping[str, float | None]
    emphasis: frozenset[str]
    notes: tuple[tuple[str, str], ...]
    claims: tuple[str, ...]


# --- indicators ---------------------------------------------------------------------------------


def read_series(store: Store, lang: str, story: Story | None = None) -> list[Series]:
    """Return the indicators of the graph with their values, in their order in the source.

    Empty if the graph has no observations. A year without a value is None, which is no zero.

    Args:
        store: The graph.
        lang: Language of the labels.
        story: Its fiscal year is emphasised, if it has one.
    """
    rows = [
        {name: row[name].value for name in _SERIES_COLUMNS if row[name] is not None}
        for row in store.select(_SERIES)
    ]
    if not rows:
        return []
    things = {
        row[key] for row in rows for key in ("indicator", "year", "unit", "mode", "note")
        if key in row
    }  # fmt: skip
    labels = store.labels(sorted(things), lang)
    short = _short_labels(store, {row["year"] for row in rows}, lang)
    years = {row["year"]: row.get("start", row["year"]) for row in rows}
    order = sorted(years, key=lambda year: (years[year], year))
    chosen = str(story.filters["year"]) if story and "year" in story.filters else ""
    emphasis = frozenset(short[year] for year in order if chosen in ("", years[year][:4]))
    found = []
    numbers = {row["indicator"]: int(row.get("number", "0")) for row in rows}
    for indicator in sorted(numbers, key=lambda iri: (numbers[iri], iri)):
        mine = [row for row in rows if row["indicator"] == indicator]
        values: dict[str, float | None] = dict.fromkeys((short[year] for year in order), None)
        values.update({short[row["year"]]: float(row["value"]) for row in mine})
        notes = {
            (years[row["year"]], short[row["year"]], labels.get(row[key], shorten(row[key])))
            for row in mine
            for key in ("mode", "note")
            if key in row
        }
        found.append(
            Series(
                label=clean(labels.get(indicator, shorten(indicator))),
                unit=clean(labels.get(mine[0]["unit"], shorten(mine[0]["unit"]))),
                values=values,
                emphasis=emphasis,
                notes=tuple((year, clean(text)) for _, year, text in sorted(notes)),
                claims=tuple(sorted({row["claim"] for row in mine})),
            )
        )
    return found


_SERIES_COLUMNS = ("indicator", "number", "year", "start", "value", "unit", "mode", "note", "claim")
_SERIES = """
SELECT ?indicator ?number ?year ?start ?value ?unit ?mode ?note ?claim
WHERE {
  ?observation ct:indicator ?indicator ;
    ct:fiscalYear ?year ;
    sdmx-measure:obsValue ?value ;
    ct:unit ?unit ;
    ct:evidence ?claim .
  OPTIONAL { ?indicator ct:number ?number }
  OPTIONAL { ?year ct:startDate ?start }
  OPTIONAL { ?observation ct:mode ?mode }
  OPTIONAL { ?observation ct:note ?note }
}
ORDER BY ?indicator ?year ?claim
"""


def _short_labels(store: Store, years: Iterable[str], lang: str) -> dict[str, str]:
    """Return the shortest name of each fiscal year in a language."""
    wanted = sorted(years)
    names: dict[str, list[str]] = {year: [] for year in wanted}
    values = " ".join(f"<{year}>" for year in wanted)
    for row in store.select(
        f"SELECT ?year ?name WHERE {{ VALUES ?year {{ {values} }} "
        f'?year skos:prefLabel|skos:altLabel ?name FILTER(LANG(?name) = "{lang}") }}'
    ):
        names[row["year"].value].append(clean(row["name"].value))
    return {
        year: min(found, key=lambda name: (len(name), name)) if found else shorten(year)
        for year, found in names.items()
    }
