"""Saved lists."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "lists.title": Message("Saved lists", "已存名单"),
    "lists.none": Message(
        "None yet. Choose customers, order and columns, then save the list to find it here again.",
        "还没有。选好客户、排序和列后保存，下次可直接打开。",
    ),
    "lists.shared": Message("shared", "已共享"),
    "lists.faulty": Message("needs mending:", "需要修正："),
    "lists.mend": Message(
        "The plan no longer has something this list names. Change what is marked, then overwrite the list.",
        "方案中已没有此名单用到的内容。请修改标出的部分，再覆盖保存。",
    ),
    "lists.mend.other": Message(
        "The plan no longer has something this list names. Change what is marked and save it as your own.",
        "方案中已没有此名单用到的内容。请修改标出的部分，另存为自己的名单。",
    ),
    "lists.save": Message("Save this list", "保存当前名单"),
    "lists.save.go": Message("Save", "保存"),
    "lists.save.hint": Message(
        "Kept are the segment, condition, order and columns, not the customers: it is always up to date, and "
        "whoever opens it sees only customers they may see.",
        "保存的是分群、条件、排序和列，而不是客户本身：内容始终最新，他人打开时只会看到其权限内的客户。",
    ),
    "lists.as_segment": Message("Make a segment of this list", "将此名单定义为分群"),
    "lists.name": Message("Name of the list", "名单名称"),
    "lists.share": Message("Share with everybody here", "与所有同事共享"),
    "lists.overwrite": Message("Overwrite “{name}” with what is shown", "用当前内容覆盖“{name}”"),
    "lists.change": Message("Rename, share or remove", "改名、共享或删除"),
    "lists.rename": Message("Change", "修改"),
    "lists.remove": Message("Remove “{name}”", "删除“{name}”"),
}
