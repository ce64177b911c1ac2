"""The plan and its definitions."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "nav.plan": Message("Plan", "方案"),
    "plan.lead": Message("What is defined, your own definitions first.", "全部定义，自有定义在前。"),
    "plan.search": Message("Name or label", "名称或标签"),
    "plan.find": Message("Find", "查找"),
    "plan.none": Message("No definition matches", "没有匹配的定义"),
    "plan.kind": Message("Kind", "类型"),
    "plan.name": Message("Name", "名称"),
    "plan.label": Message("Label", "标签"),
    "plan.file": Message("File", "文件"),
    "plan.standing": Message("Standing", "状态"),
    "plan.own": Message("your own", "自有"),
    "plan.shipped": Message("shipped", "内置"),
    "plan.asleep": Message("asleep: its data are missing", "休眠：缺少所需数据"),
    "plan.versions": Message("Versions", "版本"),
    "plan.version": Message("Version", "版本"),
    "plan.at": Message("Published", "发布时间"),
    "plan.author": Message("By", "发布人"),
    "plan.reason": Message("Reason", "原因"),
    "plan.text": Message("Definition", "定义"),
    "plan.override": Message(
        "This one is shipped. Publishing an edit makes one of your own that takes its place.",
        "这是内置定义。发布修改后，将生成一个自有定义取而代之。",
    ),
    "plan.review": Message("Show what will change", "查看将发生的更改"),
    "plan.publish": Message("Publish", "发布"),
    "plan.changes": Message("What will change", "将发生的更改"),
    "plan.unchanged": Message("Nothing would change.", "没有任何更改。"),
    "plan.problems": Message("What is wrong", "问题"),
    "plan.fine": Message("No problem found.", "未发现问题。"),
    "plan.behind": Message(
        "Somebody published in the meantime. Your text is kept below and not published.",
        "在此期间有人发布了新版本。您的文本保留在下方，尚未发布。",
    ),
    "plan.behind.hint": Message(
        "This is what they changed. Take over what you need, then review again.",
        "以下是对方的更改。请合并所需内容后重新查看。",
    ),
    "plan.made_from": Message("Made from", "依据"),
    "plan.used_by": Message("Used by", "被使用于"),
    "plan.published": Message(
        "Published. Figures follow it from the next run on.", "已发布。下次运行后，各项数据将按新版本计算。"
    ),
    "plan.run_now": Message("Run now", "立即运行"),
    "plan.kind.source": Message("source", "数据源"),
    "plan.kind.measure": Message("measure", "度量"),
    "plan.kind.field": Message("field", "字段"),
    "plan.kind.ranking": Message("ranking", "排名"),
    "plan.kind.rhythm": Message("rhythm", "节奏"),
    "plan.kind.tag": Message("tag", "标签"),
    "plan.kind.segment": Message("segment", "分群"),
    "plan.nothing": Message("nothing", "无"),
}
