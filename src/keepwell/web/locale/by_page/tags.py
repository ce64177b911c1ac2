"""Tags set by hand."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "tags.link": Message("Tag", "打标签"),
    "tags.offer": Message("Tag these customers", "为这些客户打标签"),
    "tags.title": Message("Tags set by you", "我设置的标签"),
    "tags.lead": Message(
        "The newest first. What you undo goes back to what was said before; customers of whom something else was "
        "said since stay as they are.",
        "最新的在前。撤销会恢复之前的值；此后又被改过的客户保持不变。",
    ),
    "tags.none": Message("You have tagged nobody yet", "您还没有打过标签"),
    "tags.none.hint": Message(
        "Choose customers on the list, then “Tag”.", "在客户列表选好范围后，点“打标签”。"
    ),
    "tags.tag": Message("Tag", "标签"),
    "tags.choose": Message("Choose a tag", "选择标签"),
    "tags.value": Message("Value", "值"),
    "tags.next": Message("Next", "下一步"),
    "tags.set": Message("Set it to", "设为"),
    "tags.remove": Message("Take it back", "收回"),
    "tags.review": Message("See what would happen", "预览影响"),
    "tags.would.set": Message(
        "{count} customers get “{tag}: {value}”",
        "将为 {count} 位客户设置“{tag}：{value}”",
        one="1 customer gets “{tag}: {value}”",
    ),
    "tags.would.remove": Message(
        "“{tag}” is taken back from {count} customers",
        "将收回 {count} 位客户的“{tag}”",
        one="“{tag}” is taken back from 1 customer",
    ),
    "tags.would.other": Message(
        "{count} of them have another value now, which is replaced.",
        "其中 {count} 位已有其他值，将被替换。",
        one="1 of them has another value now, which is replaced.",
    ),
    "tags.would.same": Message(
        "{count} have it already and stay as they are.",
        "另有 {count} 位已是此值，保持不变。",
        one="1 has it already and stays as it is.",
    ),
    "tags.would.nothing": Message("Nothing would change.", "没有需要更改的客户。"),
    "tags.would.undo": Message(
        "It can be undone. Lists and segments know it after the next run.",
        "可以撤销。下次运行后，列表和分群即可使用。",
    ),
    "tags.other_now": Message(
        "The customers have changed since you looked; this is how it stands now.",
        "预览之后数据有变化，以下是最新情况。",
    ),
    "tags.do": Message("Tag {count} customers", "确认，为 {count} 位客户打标签", one="Tag 1 customer"),
    "tags.do.remove": Message(
        "Take it back from {count} customers",
        "确认，收回 {count} 位客户的标签",
        one="Take it back from 1 customer",
    ),
    "tags.done": Message(
        "Done, for {count} identities. Lists and segments know it after the next run.",
        "已完成，涉及 {count} 个身份标识。下次运行后，列表和分群即可使用。",
        one="Done, for 1 identity. Lists and segments know it after the next run.",
    ),
    "tags.parties": Message("Identities", "身份标识"),
    "tags.when": Message("When", "时间"),
    "tags.undo": Message("Undo", "撤销"),
    "tags.undone": Message("undone {moment}", "已于 {moment} 撤销"),
    "tags.taken_back": Message("taken back", "收回"),
    "tags.of_customer": Message("Tags", "标签"),
    "tags.change": Message("Change", "修改"),
    "tags.not_set": Message("not set", "未设置"),
    "tags.save": Message("Set", "设置"),
    "tags.settled": Message(
        "Lists and segments know a change after the next run.", "更改在下次运行后用于列表和分群。"
    ),
    "tags.cannot": Message("This cannot be said", "无法设置"),
}
