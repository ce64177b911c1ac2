"""Charts: what the page's one script draws, as options of ECharts made here.

Colours are names, which the script looks up in the style sheet: ``$text``, ``$ink`` (as strong as the page's own
text), ``$line``, ``$accent`` and ``$surface``. How figures are written is a name too, see :data:`FIGURE`. An item with
a ``link`` leads there. Every chart stands beside a table with the same figures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Option = dict[str, object]
Kind = Literal["solid", "dashed", "dotted"]

FIGURE, PERCENT = "$figure", "$figure%"
"""How figures are written: in the reader's form, with what follows behind them."""

GRID = {"left": 8, "right": 32, "top": 12, "bottom": 4, "containLabel": True}
UNDER_LEGEND = {**GRID, "top": 36}
PALEST = 0.2
"""How strong the palest part of a stack is drawn."""


def money(code: str) -> str:
    """How amounts in major units of a currency are written."""
    return f"$money {code}"


def as_text(option: Option) -> str:
    """For the attribute ``data-chart``."""
    return json.dumps(option, ensure_ascii=False)


def columns(names: Sequence[str], values: Sequence[int], *, unit: str) -> Option:
    """A column for each name."""
    return {
        "grid": GRID,
        "color": ["$accent"],
        "xAxis": _periods(names),
        "yAxis": {**_figures(FIGURE), "minInterval": 1},
        "tooltip": _told(FIGURE),
        "series": [{"type": "bar", "name": unit, "data": list(values), "barMaxWidth": 24}],
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A figure for each period, None where there is none; ``links`` lead to what is behind each."""

    name: str
    values: Sequence[float | None]
    kind: Kind = "solid"
    links: Sequence[str | None] = field(default=())


@dataclass(frozen=True, slots=True)
class Change:
    """Where a series changed: its period, between which it lies for sure, and what to write there."""

    at: int
    earliest: int
    latest: int
    say: str


def lines(
    names: Sequence[str], series: Sequence[Line], *, change: Change | None = None, form: str = FIGURE
) -> Option:
    """Lines over periods; where the first of them changed is marked, with its interval behind it."""
    drawn: list[Option] = [
        {
            "type": "line",
            "name": line.name,
            "data": _linked(line.values, line.links),
            "symbol": "circle",
            "symbolSize": 6,
            "lineStyle": {"type": line.kind},
            "emphasis": {"disabled": True},
        }
        for line in series
    ]
    has_legend = len(drawn) > 1
    if change and drawn:
        drawn[0] |= _changed(change, len(names))
    return {
        "grid": {**GRID, "top": (52 if has_legend else 28) if change else (36 if has_legend else 12)},
        "color": ["$accent", "$text", "$ink"],
        "legend": {"show": has_legend, "textStyle": {"color": "$text"}, "top": 0},
        "xAxis": _periods(names),
        "yAxis": {**_figures(form), "min": 0},
        "tooltip": _told(form),
        "series": drawn,
    }


def _changed(change: Change, periods: int) -> Option:
    """The mark of a change, its text upright above it and on the side where there is room."""
    return {
        "markLine": {
            "symbol": "none",
            "silent": True,
            "lineStyle": {"color": "$ink", "type": "solid"},
            "label": {
                "formatter": plain(change.say),
                "color": "$ink",
                "position": "end",
                "rotate": 0,
                "align": "right" if change.at > periods / 2 else "left",
            },
            "data": [{"xAxis": change.at}],
        },
        "markArea": {
            "silent": True,
            "itemStyle": {"color": "$line", "opacity": 0.5},
            "data": [[{"xAxis": change.earliest}, {"xAxis": change.latest}]],
        },
    }


def _linked(values: Sequence[float | None], links: Sequence[str | None]) -> list[object]:
    if not any(links):
        return list(values)
    return [
        {"value": value, "link": link} if link else value for value, link in zip(values, links, strict=True)
    ]


def stacked(names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Option:
    """Columns over periods in parts, from the strongest part to the palest; what is below zero hangs down."""
    parts = len(series)
    return {
        "grid": UNDER_LEGEND,
        "legend": {
            "show": True,
            "textStyle": {"color": "$text"},
            "top": 0,
            "type": "scroll",
            "pageTextStyle": {"color": "$text"},
            "pageIconColor": "$text",
            "itemStyle": {"borderColor": "$text", "borderWidth": 1},
        },
        "xAxis": _periods(names),
        "yAxis": {**_figures(FIGURE), "minInterval": 1},
        "tooltip": _told(FIGURE),
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "name": name,
                "data": list(values),
                "barMaxWidth": 24,
                "itemStyle": {
                    "color": "$accent",
                    "borderColor": "$surface",
                    "borderWidth": 1,
                    "opacity": round(1 - number * (1 - PALEST) / max(parts - 1, 1), 2),
                },
            }
            for number, (name, values) in enumerate(series)
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


def _told(form: str) -> Option:
    """What is said of the period that the pointer is at."""
    return {"trigger": "axis", "renderMode": "richText", "confine": True, "valueFormatter": form}


def _periods(names: Sequence[str]) -> Option:
    return {
        "type": "category",
        "data": list(names),
        "axisTick": {"show": False},
        "axisLabel": {"color": "$text", "hideOverlap": True},
        "axisLine": {"lineStyle": {"color": "$line"}},
    }


def _figures(form: str) -> Option:
    return {
        "type": "value",
        "axisLabel": {"color": "$text", "formatter": form, "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": "$line"}},
    }
