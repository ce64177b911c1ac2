"""The words of answers on the command line, in English and Chinese. Help and errors are English."""

from __future__ import annotations

from keepwell.cli.terminal import language

WORDS: dict[str, tuple[str, str]] = {
    "count": ("{count:,} of {of:,} customers", "{of:,} 位客户中的 {count:,} 位"),
    "worth": (", {worth} at stake", "，涉及金额 {worth}"),
    "share": (" ({share})", "（{share}）"),
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
    "segment": ("segment", "分群"),
    "customers": ("customers", "客户数"),
    "of_all": ("of all", "占比"),
    "since_run": ("since the run before", "较上次运行"),
    "since_days": ("since {days} days", "较 {days} 天前"),
    "day": ("day", "日期"),
    "entered": ("entered", "进入"),
    "left": ("left", "离开"),
    "note": ("note", "备注"),
    "both": ("in both", "同属两者"),
    "jaccard": ("Jaccard", "Jaccard"),
    "share_of": ("of {segment}", "占{segment}"),
    "in_all": (
        "{all:,} customers are in all of them, {any:,} of {of:,} in any",
        "{all:,} 位同属全部，{of:,} 位中 {any:,} 位属于任一",
    ),
    "entry": ("entered", "进入"),
    "exit": ("left", "离开"),
    "began": ("the segment is new", "分群新建"),
    "ended": ("the segment ended", "分群停用"),
    "redefined": ("the segment was redefined", "分群定义变更"),
    "tag_value": ("`{tag}` is set to {value}", "将“{tag}”设为 {value}"),
    "tag_unset": ("`{tag}` is taken back", "撤回“{tag}”"),
    "tag_whom": (
        "{customers:,} of {of:,} customers are meant; for {news:,} of them this is new",
        "涉及 {of:,} 位客户中的 {customers:,} 位，其中 {news:,} 位有变化",
    ),
    "tag_sure": ("Say so?", "确定吗？"),
    "tag_said": (
        "said of {customers:,} customers; `keepwell run` makes it their field",
        "已对 {customers:,} 位客户生效；`keepwell run` 之后成为字段",
    ),
    "tag_same": ("Nothing to do: all of them have it already.", "无需更改：均已如此。"),
}


def word(name: str, **values: object) -> str:
    """A word or sentence in the reader's language, with values filled in."""
    english, chinese = WORDS[name]
    return (chinese if language() == "zh" else english).format(**values)
