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
    "today.period": Message(
        "{start} – {end}, against {start_before} – {end_before}. Columns are calendar months.",
        "{start}至{end}，对比{start_before}至{end_before}。柱形为自然月。",
    ),
    "today.points": Message("{points} points", "{points} 个百分点"),
    "today.customers_behind": Message("{count} customers", "{count} 位客户", one="1 customer"),
    "today.course": Message("{first}: {one} → {last}: {other}", "{first} {one}，至{last} {other}"),
    "today.figure.customers": Message("Customers in all", "客户总数"),
    "today.figure.new": Message("New: first purchase", "新客（首次购买）"),
    "today.figure.active": Message("Active: ordered", "活跃客户（有下单）"),
    "today.figure.retention": Message(
        "Retention: of those who ordered in the 90 days before, ordered again",
        "留存率：此前90天下单者中再次下单的比例",
    ),
    "today.figure.repurchase": Message(
        "Repurchase: of those who ordered, ordered twice or more", "复购率：下单者中下单两次及以上的比例"
    ),
    "today.figure.silent": Message("Silent for 30 days or more", "沉默30天及以上"),
    "today.figure.orders": Message("Orders", "订单数"),
    "today.figure.sales": Message("Spent, less what was given back", "消费金额（已扣除退款）"),
    "today.figure.average": Message("Average order", "客单价"),
    "today.months": Message("Table by month", "按月数据表"),
    "today.months.about": Message(
        "Calendar months of the plan's zone. Sales are what orders were worth, before what was given back.",
        "按方案时区的自然月统计。销售额为订单金额，未扣除退款。",
    ),
    "today.month.new": Message("New customers", "新客数"),
    "today.month.active": Message("Customers who bought", "购买客户数"),
    "today.month.retention": Message(
        "Of the buyers of the month before, bought again", "上月购买者中本月再次购买"
    ),
    "today.month.orders": Message("Orders", "订单数"),
    "today.month.sales": Message("Sales", "销售额"),
    "today.month.average": Message("Average order", "客单价"),
    "today.month.open": Message(
        "… in outline: not over yet, counted neither as a fall nor as a rise.",
        "带“…”与虚线轮廓：尚未结束，不计为下降或上升。",
    ),
    "today.reasons.title": Message(
        "Most is at stake by “{name}”: {most}", "风险价值最高的原因为“{name}”：{most}"
    ),
    "today.reasons.title.count": Message(
        "Most customers are leaving by “{name}”: {most}", "最多客户因“{name}”即将流失：{most} 位"
    ),
    "today.reasons.about": Message(
        "At stake with the customers who are about to leave, by reason. One customer may have several reasons.",
        "即将流失客户按原因划分的风险价值。一位客户可能有多个原因。",
    ),
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
