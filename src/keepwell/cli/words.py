"""The words of answers on the command line, in English and Chinese. Help and errors are English."""

from __future__ import annotations

from keepwell.cli.terminal import language

WORDS: dict[str, tuple[str, str]] = {
    "count": ("{count:,} of {of:,} customers", "{of:,} 位客户中的 {count:,} 位"),
    "worth": (", {worth} at stake", "，涉及金额 {worth}"),
    "as_of": ("as of {moment}", "截至 {moment}"),
    "more": ("… and {more:,} more; --limit shows up to 500", "…… 还有 {more:,} 位；--limit 最多显示 500 位"),
    "customer": ("customer", "客户"),
    "name": ("name", "姓名"),
    "at_stake": ("at stake", "涉及金额"),
    "why": ("why", "原因"),
    "field": ("field", "字段"),
    "value": ("value", "值"),
    "time_line": ("time line", "时间线"),
    "when": ("when", "时间"),
    "what": ("what", "事件"),
    "source": ("source", "来源"),
}


def word(name: str, **values: object) -> str:
    """A word or sentence in the reader's language, with values filled in."""
    english, chinese = WORDS[name]
    return (chinese if language() == "zh" else english).format(**values)
