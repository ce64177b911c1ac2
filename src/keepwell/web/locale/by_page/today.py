"""The first page."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "nav.today": Message("Today", "今日"),
    "today.title": Message("Today", "今日"),
    "today.no_leaving": Message("The plan watches nobody about to leave", "方案中没有“即将流失”分群"),
    "today.nobody": Message("Nobody is about to leave", "目前没有即将流失的客户"),
    "today.leaving": Message(
        "{count} customers are about to leave", "{count} 位客户即将流失", one="1 customer is about to leave"
    ),
    "today.leaving.worth": Message(
        "{count} customers are about to leave; {worth} is at stake",
        "{count} 位客户即将流失，涉及价值 {worth}",
        one="1 customer is about to leave; {worth} is at stake",
    ),
    "today.first_run": Message(
        "This is the first run: there is no earlier one to compare with.",
        "这是首次运行，暂无可对比的历史数据。",
    ),
    "today.redefined": Message(
        "The segment was redefined lately, so that sizes do not compare.",
        "分群定义近期有变，人数不可直接对比。",
    ),
    "today.same": Message("As many as at the run before.", "与上次运行相比人数不变。"),
    "today.more": Message("{count} more than at the run before.", "比上次运行多 {count} 位。"),
    "today.fewer": Message("{count} fewer than at the run before.", "比上次运行少 {count} 位。"),
    "today.as_of": Message("As of {moment}.", "数据截至 {moment}。"),
    "today.figures": Message("The last 90 days, against the 90 days before", "近90天，与此前90天对比"),
    "today.before": Message("before: {value}", "此前：{value}"),
    "today.figure.customers": Message("Customers in all", "客户总数"),
    "today.figure.active": Message("Active: ordered", "活跃客户（有下单）"),
    "today.figure.repeating": Message("Ordered twice or more", "下单两次及以上"),
    "today.figure.kept": Message("Ordered in both periods", "前后两期均下单"),
    "today.figure.silent": Message("Silent for 30 days or more", "沉默30天及以上"),
    "today.figure.orders": Message("Orders", "订单数"),
    "today.figure.sales": Message("Spent", "消费金额"),
    "today.reasons": Message("At stake by reason", "按原因划分的风险价值"),
    "today.reason": Message("Reason", "原因"),
    "today.entered": Message(
        "New among those about to leave, most worth first", "新进入即将流失的客户（按价值排序）"
    ),
    "today.entered.none": Message("Nobody entered at the last run.", "上次运行没有客户新进入。"),
    "today.customer": Message("Customer", "客户"),
    "today.segments": Message(
        "Segments that moved most since the run before", "自上次运行以来变化最大的分群"
    ),
    "today.change": Message("Change", "变化"),
    "today.fresh": Message("How fresh the data are", "数据新鲜度"),
    "today.waiting": Message("Rows in quarantine", "待处理隔离行"),
}
