"""Charts: what the page's one script draws, as options of ECharts made here.

Colours are names, which the script looks up in the style sheet: ``$text``, ``$ink`` (as strong as the page's own
text), ``$line``, ``$accent``, ``$deep`` (the darkest shade of a heat map, on which ``$ink`` can still be read) and
``$surface``. A figure that is a mapping with a ``link`` leads there. Every chart stands beside a table with the same
figures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Option = dict[str, object]
Kind = Literal["solid", "dashed", "dotted"]

GRID = {"left": 8, "right": 16, "top": 12, "bottom": 4, "containLabel": True}
UNDER_LEGEND = {**GRID, "top": 36}
PALEST = 0.12
"""How strong the smallest share of a heat map is drawn."""


def as_text(option: Option) -> str:
    """For the attribute ``data-chart``."""
    return json.dumps(option, ensure_ascii=False)


def columns(names: Sequence[str], values: Sequence[int], *, unit: str) -> Option:
    """A column for each name."""
    return {
        "grid": GRID,
        "color": ["$accent"],
        "xAxis": _periods(names),
        "yAxis": {**_figures(), "minInterval": 1},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "series": [{"type": "bar", "name": unit, "data": list(values), "barMaxWidth": 24}],
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A figure for each period, None where there is none."""

    name: str
    values: Sequence[float | None]
    kind: Kind = "solid"


@dataclass(frozen=True, slots=True)
class Change:
    """Where a series changed: its period, between which it lies for sure, and what to write there."""

    at: int
    earliest: int
    latest: int
    say: str


def lines(
    names: Sequence[str], series: Sequence[Line], *, change: Change | None = None, unit: str = ""
) -> Option:
    """Lines over periods; where the first of them changed is marked, with its interval behind it."""
    drawn: list[Option] = [
        {
            "type": "line",
            "name": line.name,
            "data": list(line.values),
            "symbolSize": 5,
            "lineStyle": {"type": line.kind},
            "emphasis": {"disabled": True},
        }
        for line in series
    ]
    if change and drawn:
        drawn[0]["markLine"] = {
            "symbol": "none",
            "silent": True,
            "lineStyle": {"color": "$ink", "type": "solid"},
            "label": {"formatter": change.say, "color": "$ink", "position": "insideEndTop"},
            "data": [{"xAxis": change.at}],
        }
        drawn[0]["markArea"] = {
            "silent": True,
            "itemStyle": {"color": "$line", "opacity": 0.5},
            "data": [[{"xAxis": change.earliest}, {"xAxis": change.latest}]],
        }
    return {
        "grid": UNDER_LEGEND if len(drawn) > 1 else {**GRID, "top": 24},
        "color": ["$accent", "$text", "$ink"],
        "legend": {"show": len(drawn) > 1, "textStyle": {"color": "$text"}, "top": 0},
        "xAxis": _periods(names),
        "yAxis": {**_figures(unit), "min": 0},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "series": drawn,
    }


def stacked(names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Option:
    """Columns over periods in parts, from the strongest part at the bottom to the palest."""
    parts = len(series)
    return {
        "grid": UNDER_LEGEND,
        "legend": {"textStyle": {"color": "$text"}, "top": 0, "itemStyle": {"borderColor": "$text", "borderWidth": 1}},
        "xAxis": _periods(names),
        "yAxis": {**_figures(), "minInterval": 1},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": name,
                "data": list(values),
                "barMaxWidth": 24,
                "itemStyle": {
                    "color": "$accent",
                    "opacity": 1 - number * (1 - PALEST) / max(parts - 1, 1),
                },
            }
            for number, (name, values) in enumerate(series)
        ],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell by column and row. ``strength`` is from 0 to 1; None where the figure may still change."""

    column: int
    row: int
    text: str
    strength: float | None
    link: str | None = None


def heat(columns: Sequence[str], rows: Sequence[str], cells: Sequence[HeatCell]) -> Option:
    """A map of cells with their figures in them, the first row on top; cells without strength are left open."""
    return {
        "grid": {**GRID, "top": 4},
        "xAxis": {**_names(columns), "position": "top"},
        "yAxis": {**_names(rows), "inverse": True},
        "series": [
            {
                "type": "heatmap",
                "silent": not any(cell.link for cell in cells),
                "label": {"show": True, "formatter": "{@[3]}", "color": "$ink", "opacity": 1, "fontSize": 11},
                "itemStyle": {"borderColor": "$surface", "borderWidth": 1},
                "emphasis": {"itemStyle": {"borderColor": "$accent"}},
                "data": [_heat_item(cell) for cell in cells],
            }
        ],
    }


def _heat_item(cell: HeatCell) -> Option:
    item: Option = {"value": [cell.column, cell.row, cell.strength or 0, cell.text]}
    if cell.strength is None:
        item["itemStyle"] = {"color": "$surface", "borderColor": "$line", "borderType": "dashed"}
    else:
        item["itemStyle"] = {"color": "$deep", "opacity": round(PALEST + (1 - PALEST) * cell.strength, 3)}
    return item | ({"link": cell.link, "cursor": "pointer"} if cell.link else {})


@dataclass(frozen=True, slots=True)
class Bars:
    """A figure for each name, each with the link to what is behind it. ``is_open`` draws no more than the outline."""

    name: str
    values: Sequence[float | None]
    links: Sequence[str | None] = ()
    is_open: bool = False


def bars(names: Sequence[str], series: Sequence[Bars], *, unit: str = "") -> Option:
    """Bars lying one beneath the other, the first name on top."""
    return {
        "grid": {**(UNDER_LEGEND if len(series) > 1 else GRID), "right": 48},
        "legend": {"show": len(series) > 1, "textStyle": {"color": "$text"}, "top": 0},
        "xAxis": {**_figures(unit), "splitNumber": 3},
        "yAxis": {**_names(names), "inverse": True},
        "tooltip": {"trigger": "axis", "renderMode": "richText", "axisPointer": {"type": "shadow"}},
        "series": [
            {
                "type": "bar",
                "name": each.name,
                "barMaxWidth": 18,
                "label": {"show": True, "position": "right", "color": "$text", "formatter": "{c}" + unit},
                "itemStyle": {"color": "$surface", "borderColor": "$text", "borderWidth": 1}
                if each.is_open
                else {"color": "$accent"},
                "data": [
                    {"value": value, **({"link": link} if link else {})}
                    for value, link in zip(
                        each.values,
                        [*each.links, *[None] * (len(each.values) - len(each.links))],
                        strict=True,
                    )
                ],
            }
            for each in series
        ],
    }


@dataclass(frozen=True, slots=True)
class Stream:
    """How many went from one place of a flow, by its number on the left, to one on the right."""

    start: int
    end: int
    count: int
    say: str


def flow(left: Sequence[str], right: Sequence[str], streams: Sequence[Stream]) -> Option:
    """A flow from places on the left to places on the right. Places are told apart by their numbers, not names."""
    places = [(f"0 {number}", name, "right") for number, name in enumerate(left)]
    places += [(f"1 {number}", name, "left") for number, name in enumerate(right)]
    used = {f"0 {each.start}" for each in streams} | {f"1 {each.end}" for each in streams}
    return {
        "tooltip": {"renderMode": "richText"},
        "series": [
            {
                "type": "sankey",
                "left": 8,
                "right": 8,
                "top": 8,
                "bottom": 8,
                "nodeGap": 14,
                "draggable": False,
                "layoutIterations": 0,
                "emphasis": {"focus": "adjacency"},
                "lineStyle": {"color": "$accent", "opacity": 0.3},
                "itemStyle": {"color": "$accent", "borderWidth": 0},
                "data": [
                    {
                        "name": key,
                        "depth": int(key[0]),
                        "label": {"formatter": plain(name), "color": "$ink", "position": side},
                        "tooltip": {"formatter": plain(name)},
                    }
                    for key, name, side in places
                    if key in used
                ],
                "links": [
                    {
                        "source": f"0 {each.start}",
                        "target": f"1 {each.end}",
                        "value": each.count,
                        "tooltip": {"formatter": plain(each.say)},
                    }
                    for each in streams
                ],
            }
        ],
    }


def plain(text: str) -> str:
    """A text that stands where ECharts expects a pattern: its braces would be filled in, so they are others."""
    return text.replace("{", "｛").replace("}", "｝").replace("|", "｜")


def _periods(names: Sequence[str]) -> Option:
    return {
        "type": "category",
        "data": list(names),
        "axisTick": {"show": False},
        "axisLabel": {"color": "$text", "alignMaxLabel": "right", "hideOverlap": True},
        "axisLine": {"lineStyle": {"color": "$line"}},
    }


def _names(names: Sequence[str]) -> Option:
    return {
        "type": "category",
        "data": list(names),
        "axisTick": {"show": False},
        "axisLine": {"show": False},
        "axisLabel": {"color": "$text", "interval": 0, "width": 130, "overflow": "truncate"},
    }


def _figures(unit: str = "") -> Option:
    return {
        "type": "value",
        "axisLabel": {"color": "$text", "formatter": "{value}" + unit, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": "$line"}},
    }
