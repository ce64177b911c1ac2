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
    "usual_gap": ("usual gap, days", "通常间隔（天）"),
    "last_day": ("last day", "最近一天"),
    "expected_day": ("expected day", "预计日期"),
    "overdue": ("overdue, days", "逾期（天）"),
    "given_up": ("given up", "已中断"),
    "class": ("class", "类别"),
    "customers": ("customers", "客户数"),
    "share": ("share", "占比"),
    "expected": ("expected", "预期"),
    "share_of": ("share of it", "金额占比"),
    "classes": ("{label}: {count:,} customers have a class", "{label}：{count:,} 位客户有类别"),
    "without": ("{count:,} customers have none", "{count:,} 位客户没有类别"),
    "total": ("all", "合计"),
    "new": ("(new)", "（新客户）"),
    "none": ("(no class)", "（无类别）"),
    "from_to": ("from ↓ to →", "从 ↓ 到 →"),
    "from": ("from", "从"),
    "to": ("to", "到"),
    "before": ("{label}, before", "{label}（之前）"),
    "after": ("{label}, after", "{label}（之后）"),
    "moved": (
        "{label}, {start} → {end}: {moved:,} of {known:,} known customers changed class, {new:,} are new",
        "{label}，{start} → {end}：已知的 {known:,} 位客户中有 {moved:,} 位改变类别，新增 {new:,} 位",
    ),
}


def word(name: str, **values: object) -> str:
    """A word or sentence in the reader's language, with values filled in."""
    english, chinese = WORDS[name]
    return (chinese if language() == "zh" else english).format(**values)
