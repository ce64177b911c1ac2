"""One customer."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "customer.memberships": Message("In these segments", "所在分群"),
    "customer.memberships.none": Message("In no segment", "不在任何分群中"),
    "customer.group.rhythm": Message("Rhythm and stage", "节奏与阶段"),
    "customer.group.orders": Message("Orders and spend", "订单与消费"),
    "customer.group.prices": Message("Discounts and margin", "折扣与毛利"),
    "customer.group.habits": Message("Habits", "习惯"),
    "customer.group.products": Message("Products", "商品"),
    "customer.group.classes": Message("What kind of customer", "客户画像"),
    "customer.group.touch": Message("Interactions", "互动"),
    "customer.group.plan": Message("Defined by this plan", "本方案定义"),
    "customer.identity": Message("Identity", "身份"),
    "customer.identity.known_by": Message("known by", "来源"),
    "customer.identity.values": Message("Personal values, masked", "个人信息（已脱敏）"),
    "customer.identity.no_values": Message("no personal values kept", "未保存个人信息"),
    "customer.fields.find": Message("Find a figure of this customer", "查找该客户的指标"),
    "customer.fields.go": Message("Find", "查找"),
    "customer.fields.none": Message("No figure is called “{text}”.", "没有名为“{text}”的指标。"),
    "customer.fields.field": Message("Figure", "指标"),
    "customer.fields.newest": Message("Rests on facts to", "依据数据至"),
    "customer.fields.newest.about": Message(
        "All figures are as of {moment}; this is the day of this customer's newest fact in the sources that a "
        "figure is made from.",
        "所有指标截至 {moment}；此列为该指标所用数据源中，该客户最新一条记录的日期。",
    ),
    "customer.months": Message("Orders a month", "每月订单数"),
    "customer.months.fell": Message(
        "Orders fell from {before} to {now} in 90 days", "近 90 天订单数从 {before} 降至 {now}"
    ),
    "customer.months.rose": Message(
        "Orders rose from {before} to {now} in 90 days", "近 90 天订单数从 {before} 升至 {now}"
    ),
    "customer.months.same": Message(
        "{count} orders in 90 days, as many as before",
        "近 90 天订单数为 {count}，与之前持平",
        one="1 order in 90 days, as before",
    ),
    "customer.months.table": Message("As a table", "以表格显示"),
    "customer.months.month": Message("Month", "月份"),
    "customer.months.orders": Message("Orders", "订单数"),
    "customer.months.spend": Message("Value", "金额"),
    "customer.line": Message("Time line", "时间线"),
    "customer.back": Message("← Customers", "← 客户列表"),
    "customer.line.kind": Message("Kind of event", "事件类型"),
    "customer.line.kind.all": Message("All kinds", "全部类型"),
    "customer.line.source": Message("Source", "数据源"),
    "customer.line.source.all": Message("All sources", "全部数据源"),
    "customer.line.segment": Message("Segments", "分群变化"),
    "customer.line.years": Message("Jump to a year", "跳转到年份"),
    "customer.line.years.all": Message("All years", "全部年份"),
    "customer.line.earlier": Message("Earlier", "更早"),
    "customer.line.begin": Message("This is where it begins.", "这是最早的记录。"),
    "customer.line.none": Message("Nothing has happened yet.", "还没有记录。"),
    "customer.line.more": Message("{count} more values", "另有 {count} 项", one="1 more value"),
    "fact.order": Message("Order", "订单"),
    "fact.return": Message("Return", "退货"),
    "fact.order_line": Message("Order line", "订单行"),
    "fact.party": Message("Party", "身份标识"),
    "fact.unit": Message("Unit", "组织"),
    "fact.interaction": Message("Interaction", "互动"),
    "segment.entry": Message("Entered a segment", "进入分群"),
    "segment.exit": Message("Left a segment", "离开分群"),
    "segment.cause": Message("because", "原因"),
    "segment.moved": Message("figures of the customer changed", "客户数据变化"),
    "segment.began": Message("the segment is new", "分群新建"),
    "segment.ended": Message("the segment ended", "分群停用"),
    "segment.redefined": Message("the segment was redefined", "分群定义变更"),
    "segment.gone": Message("the customer is no longer known by this id", "该客户编号已不存在"),
}
