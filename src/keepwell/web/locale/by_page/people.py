"""The list of customers."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "people.everybody": Message("All customers", "全部客户"),
    "people.segment": Message("Show", "显示"),
    "people.show": Message("Show", "显示"),
    "people.where": Message("and who meet this condition", "并满足以下条件"),
    "people.where.wrong": Message("This condition cannot be used", "条件有误"),
    "people.where.at": Message("line {line}, column {column}", "第 {line} 行，第 {column} 列"),
    "people.worth": Message("At stake", "涉及金额"),
    "people.as_of": Message("As of", "数据截至"),
    "people.run": Message("Last run", "最近运行"),
    "people.reasons": Message("Why", "原因"),
    "people.reason.many": Message("A customer may have several reasons.", "一位客户可能有多个原因。"),
    "people.who": Message("Customer", "客户"),
    "people.why": Message("Why", "原因"),
    "people.none": Message("Nobody is here", "没有客户"),
    "people.none.leaving": Message("Nobody is about to leave", "目前没有即将流失的客户"),
    "people.none.hint": Message(
        "No customer meets these conditions as of {moment}. Take one away, or look at all customers.",
        "截至 {moment}，没有客户满足这些条件。可以减少条件，或查看全部客户。",
    ),
    "people.no_segment": Message("The plan has no segment “{segment}”", "方案中没有分群“{segment}”"),
    "people.no_segment.hint": Message(
        "It may have been retired or renamed. Choose another one.", "它可能已停用或改名，请选择其他分群。"
    ),
    "people.column.rhythm_stage": Message("Rhythm", "节奏"),
    "people.column.purchase_last_on": Message("Last purchase", "最近购买"),
    "people.column.purchase_gap_days": Message("Usual gap", "通常间隔"),
    "people.column.purchase_overdue_days": Message("Overdue", "逾期"),
    "people.column.spend_365d": Message("Spend in a year", "近一年消费"),
    "people.columns": Message("Columns", "列"),
    "people.columns.add": Message("Add a column", "添加列"),
    "people.columns.remove": Message("Without the column {column}", "去掉“{column}”列"),
    "people.columns.usual": Message("Usual columns", "恢复默认列"),
    "people.columns.unknown": Message("The plan has no such field:", "方案中没有该字段："),
    "people.columns.keep": Message("Keep as my usual columns", "设为我的默认列"),
    "people.columns.forget": Message("Forget my usual columns", "取消我的默认列"),
    "people.gone.sort": Message(
        "This list is sorted by “{name}”, which the plan no longer has. The usual order is shown.",
        "此列表按“{name}”排序，但方案中已没有该字段，现按默认顺序显示。",
    ),
    "people.gone.reason": Message(
        "The segment no longer has the reason “{name}”.", "该分群已没有原因“{name}”。"
    ),
    "people.cannot": Message("This list cannot be shown as it is", "无法按此条件显示"),
    "people.without_reason": Message("Show it without the reason", "去掉该原因"),
    "people.sorted.up": Message("sorted, smallest first", "升序"),
    "people.sorted.down": Message("sorted, greatest first", "降序"),
    "search.title": Message("Customers found", "查找结果"),
    "search.none": Message("Nobody was found", "没有找到客户"),
    "search.none.hint": Message(
        "The search is exact: a whole phone number, e-mail, full name or ID, "
        "or the last four digits of a phone.",
        "查找为精确匹配：完整的电话、邮箱、姓名或编号，或电话的后四位。",
    ),
}
