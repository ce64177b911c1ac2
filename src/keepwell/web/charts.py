"""Charts: what the page's one script draws, as options of ECharts made here.

Colours are names (``$text``, ``$line``, ``$accent``, ``$surface``), which the script looks up in the style sheet. A
figure that is a mapping with a ``link`` leads there. Every chart stands beside a table with the same figures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

Option = dict[str, object]


def as_text(option: Option) -> str:
    """For the attribute ``data-chart``."""
    return json.dumps(option, ensure_ascii=False)


def columns(names: Sequence[str], values: Sequence[int], *, unit: str) -> Option:
    """A column for each name."""
    return {
        "grid": {"left": 8, "right": 8, "top": 12, "bottom": 4, "containLabel": True},
        "color": ["$accent"],
        "xAxis": {
            "type": "category",
            "data": list(names),
            "axisTick": {"show": False},
            "axisLabel": {"color": "$text", "alignMaxLabel": "right"},
            "axisLine": {"lineStyle": {"color": "$line"}},
        },
        "yAxis": {
            "type": "value",
            "minInterval": 1,
            "axisLabel": {"color": "$text"},
            "splitLine": {"lineStyle": {"color": "$line"}},
        },
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "series": [{"type": "bar", "name": unit, "data": list(values), "barMaxWidth": 24}],
    }
