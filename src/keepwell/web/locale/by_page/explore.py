"""Explore: the overview and its views."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "explore.title": Message("Explore", "探索"),
    "explore.lead": Message("Where did it begin?", "变化从哪里开始？"),
    "explore.views": Message("Views", "视图"),
    "explore.waits": Message("Being worked out from all customers …", "正在按全部客户计算……"),
    "explore.waits.plain": Message("Not worked out yet: open it to do so.", "尚未计算，打开后即可得到结果。"),
    "explore.not_in_plan": Message(
        "The plan has nothing that this view needs.", "方案中没有此视图所需的内容。"
    ),
    "explore.nobody_bought": Message("Nobody has bought yet", "尚无客户购买"),
    "explore.nobody_bought.hint": Message(
        "There is no order that counts. What counts is said by the rhythm `purchase` of the plan.",
        "没有计入的订单。哪些订单计入由方案中的节奏 `purchase` 决定。",
    ),
    "explore.show": Message("Show", "查看"),
    "explore.table": Message("Table with the same figures", "相同数据的表格"),
    "explore.everybody": Message("All customers", "全部客户"),
    "explore.wrong": Message("This cannot be answered", "无法回答"),
    "explore.view.cohorts": Message("Cohorts", "同期群"),
    "explore.view.newcomers": Message("New customers", "新客回访"),
    "explore.view.silence": Message("Silence", "沉默"),
    "explore.view.funnel": Message("Funnel", "转化漏斗"),
    "explore.view.rfm": Message("RFM grid", "RFM 矩阵"),
    "explore.view.classes": Message("Classes", "客户分类"),
    "explore.view.migration": Message("Migration", "类别迁移"),
    "explore.view.baskets": Message("Repurchase × basket", "复购 × 客单价"),
    "explore.view.rhythm": Message("Rhythm", "购买节奏"),
    "explore.option.segment": Message("Among", "客户范围"),
    "explore.option.where": Message("who meet this condition", "并满足以下条件"),
    "explore.option.by": Message("Period", "周期"),
    "explore.option.level": Message("Whose cohorts", "客户层级"),
    "explore.option.years": Message("Years back", "回溯年数"),
    "explore.option.columns": Message("Later periods", "后续周期数"),
    "explore.option.back": Message("Coming back is", "回访方式"),
    "explore.option.silent": Message("Silent from day", "沉默起始天数"),
    "explore.option.at_risk": Message("At risk from day", "流失风险起始天数"),
    "explore.option.dormant": Message("Dormant from day", "休眠起始天数"),
    "explore.option.lost": Message("Lost from day", "流失起始天数"),
    "explore.option.interact": Message("Days to an interaction", "至互动的天数"),
    "explore.option.buy": Message("Days to the next purchase", "至再次购买的天数"),
    "explore.option.down": Message("Down", "纵向"),
    "explore.option.across": Message("Across", "横向"),
    "explore.option.field": Message("Scheme", "分类方案"),
    "explore.option.start": Message("From the end of", "起始日（当日结束时）"),
    "explore.option.end": Message("To the end of", "截止日（当日结束时）"),
    "explore.option.months": Message("Months, the running one included", "月数（含本月）"),
    "explore.by.month": Message("month", "月"),
    "explore.by.quarter": Message("quarter", "季度"),
    "explore.by.year": Message("year", "年"),
    "explore.level.new": Message("new customers", "新客"),
    "explore.level.returning": Message("returning customers", "老客"),
    "explore.level.vip": Message("VIPs", "贵宾客户"),
    "explore.level.all": Message("all customers", "全部客户"),
    "explore.back.purchase": Message("a purchase", "购买"),
    "explore.back.contact": Message("a purchase or any interaction", "购买或任何互动"),
    "explore.customers": Message("Customers", "客户数"),
    "explore.share": Message("Share", "占比"),
    "explore.month": Message("Month", "月份"),
    "explore.total": Message("All", "合计"),
    "explore.no_class": Message("(no class)", "（无类别）"),
    "explore.without": Message(
        "{count} customers lack one of the scores: they have not bought, or too few are there to be ranked.",
        "{count} 位客户缺少得分：尚未购买，或人数过少、无法排名。",
        one="1 customer lacks one of the scores: they have not bought, or too few are there to be ranked.",
    ),
    "explore.fall": Message(
        "{what} fell from {since} on: from {before} to {after}",
        "{what}自{since}起下降：由{before}降至{after}",
    ),
    "explore.fall.began": Message("The fall began in {earliest}. ", "下降始于{earliest}。"),
    "explore.fall.began_between": Message(
        "The fall began between {earliest} and {latest}. ", "下降始于{earliest}至{latest}之间。"
    ),
    "explore.fall.by": Message(
        "The change is {change} of what it was (between {low} and {high}), both with {sure} certainty.",
        "相对此前变化{change}（介于{low}与{high}之间），两个区间的置信度均为{sure}。",
    ),
    "explore.gradually": Message(", over {periods} periods,", "（历时{periods}个周期）"),
    "explore.no_fall": Message(
        "{what}: no fall that chance does not explain, in {periods} periods (p = {chance})",
        "{what}：{periods}个周期内未发现偶然波动以外的下降（p = {chance}）",
    ),
    "explore.few_periods": Message(
        "{what}: not enough data to look for a fall: {found} periods are over, {needed} are needed",
        "{what}：数据不足，无法判断是否下降：已结束{found}个周期，至少需要{needed}个",
    ),
    "explore.few_kept": Message(
        "{what}: not enough data to look for a fall: {found} customers came back in all, {needed} are needed",
        "{what}：数据不足，无法判断是否下降：合计仅{found}位客户回来，至少需要{needed}位",
    ),
    "explore.few_lost": Message(
        "{what}: not enough data to look for a fall: {found} customers stayed away in all, {needed} are needed",
        "{what}：数据不足，无法判断是否下降：合计仅{found}位客户未回来，至少需要{needed}位",
    ),
    "explore.may_be_season": Message(
        "With less than two years of data a season may look like a fall.",
        "数据不足两年，季节波动可能被误认为下降。",
    ),
    "explore.repurchase.month": Message("Next-month repurchase of {level}", "{level}的次月复购率"),
    "explore.repurchase.quarter": Message("Next-quarter repurchase of {level}", "{level}的次季度复购率"),
    "explore.repurchase.year": Message("Next-year repurchase of {level}", "{level}的次年复购率"),
    "explore.cohorts.about.month": Message(
        "Of {level} who bought in a month, the share that bought in the next, in per cent. "
        "Months that are not over are left out.",
        "当月购买的{level}中，次月再次购买的比例（%）。尚未结束的月份不计入。",
    ),
    "explore.cohorts.about.quarter": Message(
        "Of {level} who bought in a quarter, the share that bought in the next, in per cent. "
        "Quarters that are not over are left out.",
        "当季度购买的{level}中，次季度再次购买的比例（%）。尚未结束的季度不计入。",
    ),
    "explore.cohorts.about.year": Message(
        "Of {level} who bought in a year, the share that bought in the next, in per cent. "
        "Years that are not over are left out.",
        "当年购买的{level}中，次年再次购买的比例（%）。尚未结束的年份不计入。",
    ),
    "explore.cohort": Message("Cohort", "同期群"),
    "explore.bought_again": Message("Bought again", "再次购买"),
    "explore.map.title": Message(
        "Of {level}, {one} bought again in period {first}, {other} in period {last}, all cohorts together",
        "全部同期群合计：{level}在第 {first} 期再次购买的占 {one}，在第 {last} 期占 {other}",
    ),
    "explore.map.across.month": Message("Months after", "之后第几个月"),
    "explore.map.across.quarter": Message("Quarters after", "之后第几个季度"),
    "explore.map.across.year": Message("Years after", "之后第几年"),
    "explore.map.nothing": Message(
        "No cohort has a later period that is over", "尚无任何同期群有已结束的后续周期"
    ),
    "explore.map.about": Message(
        "Rows are cohorts, in column +1 stands the share of each that bought in the next {by}, and so on, "
        "in per cent; the stronger, the more.",
        "每行为一个同期群，+1 列为其在下一{by}再次购买的比例（%），依此类推；颜色越深比例越高。",
    ),
    "explore.open": Message(
        "… with a dashed border: not over yet, counted neither as a fall nor as a rise.",
        "带“…”和虚线框：尚未结束，不计为下降或上升。",
    ),
    "explore.vip_now": Message(
        "VIPs are those of today, who did not leave: compare VIPs with VIPs only.",
        "贵宾客户以当前为准（即未流失者），只宜与贵宾客户自身比较。",
    ),
    "explore.newcomers.what": Message(
        "Share of new customers back within {days} days", "新客{days}日内回访率"
    ),
    "explore.newcomers.about.purchase": Message(
        "Of the customers who first bought in a month, the share that bought again within 1, 7 and 30 days, "
        "in per cent.",
        "当月首次购买的客户中，1、7、30 日内再次购买的比例（%）。",
    ),
    "explore.newcomers.about.contact": Message(
        "Of the customers who first bought in a month, the share that bought again or interacted within "
        "1, 7 and 30 days, in per cent.",
        "当月首次购买的客户中，1、7、30 日内再次购买或互动的比例（%）。",
    ),
    "explore.first_month": Message("First bought in", "首购月份"),
    "explore.within": Message("Within {days} days", "{days} 日内"),
    "explore.on_day": Message("On day {days}", "第 {days} 日"),
    "explore.heard_again": Message(
        "Share of customers heard from again in the next month", "次月仍有互动的客户比例"
    ),
    "explore.heard.about": Message(
        "Of the customers heard from in the month before, the share heard from in this one, in per cent. "
        "Orders, returns and interactions count.",
        "上月有互动的客户中，本月仍有互动的比例（%）。订单、退货与任何互动均计入。",
    ),
    "explore.heard_before": Message("Heard from the month before", "上月有互动"),
    "explore.heard_now": Message("And in this one", "本月仍有互动"),
    "explore.stage.in_touch": Message("In touch", "有互动"),
    "explore.stage.silent": Message("Silent", "沉默"),
    "explore.stage.at_risk": Message("At risk", "流失风险"),
    "explore.stage.dormant": Message("Dormant", "休眠"),
    "explore.stage.lost": Message("Lost", "流失"),
    "explore.silent.title": Message(
        "At the end of {month}, {share} of the customers not yet lost were silent or at risk",
        "{month}末，未流失客户中有 {share} 处于沉默或流失风险",
    ),
    "explore.silent.nothing": Message("No month is over yet", "尚无已结束的月份"),
    "explore.silent.about": Message(
        "Customers who had bought by then, by how long they had been silent at the end of each month that is over.",
        "截至各已结束月份月末已购买过的客户，按沉默时长划分的人数。",
    ),
    "explore.silent_share": Message("Silent or at risk", "沉默或流失风险占比"),
    "explore.funnel.title": Message(
        "Of {count} new customers, {touched} interacted in time and {again} bought again after it",
        "{count} 位新客中，{touched} 按时互动，{again} 在此之后再次购买",
        one="Of 1 new customer, {touched} interacted in time and {again} bought again after it",
    ),
    "explore.funnel.nothing": Message(
        "No new customer has had all the days of both steps yet", "尚无新客经过两步所需的全部天数"
    ),
    "explore.funnel.about": Message(
        "Customers who first bought since {since} and have had all the days of both steps.",
        "自{since}起首次购买、且已满两步所需天数的客户。",
    ),
    "explore.step": Message("Step", "步骤"),
    "explore.step.bought": Message("bought", "首次购买"),
    "explore.step.touched": Message("interacted within {days} days", "{days} 天内互动"),
    "explore.step.again": Message("bought again within {days} days", "{days} 天内再次购买"),
    "explore.of_all": Message("Of all", "占全部"),
    "explore.of_step": Message("Of the step before", "占上一步"),
    "explore.median_days": Message("Median days", "间隔天数中位数"),
    "explore.directly": Message(
        "{count} more bought again within {days} days without that interaction.",
        "另有 {count} 位客户未经该互动，在 {days} 天内再次购买。",
    ),
    "explore.too_recent": Message(
        "{count} are left out: their first purchase is less than {days} whole days ago.",
        "未计入 {count} 位客户：首次购买至今不足 {days} 个整天。",
        one="1 is left out: their first purchase is less than {days} whole days ago.",
    ),
    "explore.no_interactions": Message(
        "No source of the plan gives interactions, so nobody takes the step between.",
        "方案中没有互动数据源，因此中间一步无人完成。",
    ),
    "explore.grid.title": Message(
        "{share} of buyers score 4 or 5 in both: {down}; {across}",
        "{share} 的购买客户在“{down}”与“{across}”两项均得 4 或 5 分",
    ),
    "explore.grid.title.worth": Message(
        "{share} of buyers score 4 or 5 in both ({down}; {across}), and bring {worth} of the spend",
        "{share} 的购买客户在“{down}”与“{across}”两项均得 4 或 5 分，贡献消费的 {worth}",
    ),
    "explore.grid.nothing": Message("Nobody has scores yet", "尚无客户有得分"),
    "explore.grid.about": Message(
        "Customers by {down} and {across}, each from 1 (lowest fifth) to 5; below the count, “{worth}”. "
        "Equal customers share a score, so fifths are not exact.",
        "客户按{down}与{across}分布，各为 1（最低的五分之一）至 5 分；人数下方为“{worth}”。"
        "情况相同的客户得分相同，因此各档并非严格的五分之一。",
    ),
    "explore.expected": Message("Expected", "预期"),
    "explore.share_of_worth": Message("Share of it", "金额占比"),
    "explore.classes.about": Message(
        "Customers by “{field}”, in per cent of those who have a class. Spend is that of the scheme's own field.",
        "客户按“{field}”分布，占有类别客户的百分比。金额取自该方案自身的字段。",
    ),
    "explore.classes.mark": Message(
        "The mark across a bar stands where one expects it to end.", "横条上的竖线为预期占比。"
    ),
    "explore.classes.off": Message(
        "{name}: {share} of customers, where {expected} are expected",
        "{name}占客户的 {share}，预期为 {expected}",
    ),
    "explore.classes.largest": Message(
        "The largest class is {name}: {share} of customers", "人数最多的类别为{name}：占客户的 {share}"
    ),
    "explore.classes.largest.worth": Message(
        "The largest class is {name}: {share} of customers with {worth} of the worth",
        "人数最多的类别为{name}：占客户的 {share}，占金额的 {worth}",
    ),
    "explore.classes.nothing": Message("Nobody has a class yet", "尚无客户有类别"),
    "explore.matrix.title": Message(
        "{share} of {count} buyers bought once", "{count} 位购买客户中，{share} 只买过一次"
    ),
    "explore.matrix.nothing": Message("Nobody bought in these months", "这些月份内无人购买"),
    "explore.matrix.about": Message(
        "Customers who bought since {since}, the running month included, by number of purchases and average "
        "basket; below the count, what they spent, less what was given back.",
        "自{since}起（含本月）购买过的客户，按购买次数与平均客单价分布；人数下方为消费金额（已扣除退款）。",
    ),
    "explore.basket": Message("Average basket", "平均客单价"),
    "explore.purchases": Message("Purchases", "购买次数"),
    "explore.times": Message("{times} ×", "{times} 次"),
    "explore.any_basket": Message("any basket", "任意客单价"),
    "explore.overdue.title": Message(
        "{count} customers have been silent for longer than their own usual gap: {share} of those who have one",
        "{count} 位客户的沉默时长已超过其通常间隔，占有节奏客户的 {share}",
        one="1 customer has been silent for longer than their own usual gap: {share} of those who have one",
    ),
    "explore.overdue.nothing": Message("Nobody has a usual gap yet", "尚无客户有通常间隔"),
    "explore.overdue.about": Message(
        "Customers who bought on two days or more, by how many of their own usual gaps they have been silent.",
        "在两天及以上购买过的客户，按沉默时长相当于其通常间隔的倍数分布。",
    ),
    "explore.overdue.head": Message("Silent for", "沉默时长"),
    "explore.overdue.below": Message("under {gaps} gaps", "不足 {gaps} 倍"),
    "explore.overdue.between": Message("{low} to {high} gaps", "{low} 至 {high} 倍"),
    "explore.overdue.from": Message("{gaps} gaps and more", "{gaps} 倍及以上"),
    "explore.overdue.none": Message("(no usual gap yet)", "（尚无通常间隔）"),
    "explore.item": Message("Item", "项目"),
    "explore.items.overdue": Message("Overdue", "逾期客户数"),
    "explore.items.gap": Message("Mean usual gap, days", "平均通常间隔（天）"),
    "explore.items.title": Message(
        "Most are overdue in {name}: {count} customers",
        "逾期客户最多的是{name}：{count} 位",
        one="Most are overdue in {name}: 1 customer",
    ),
    "explore.items.nothing": Message("Nobody buys anything in a rhythm yet", "尚无客户对任何项目有节奏"),
    "explore.items.about": Message(
        "The {shown} items that most customers are overdue in, of those who buy them in a rhythm.",
        "按逾期客户数排列的前 {shown} 项，仅含有节奏购买该项的客户。",
    ),
    "explore.moved": Message(
        "{moved} of {known} known customers changed class, {new} are new",
        "已知的 {known} 位客户中有 {moved} 位改变类别，新增 {new} 位",
    ),
    "explore.moved.about": Message(
        "{field}, {start} → {end}: customers by the class they were in and the class they are in, in both "
        "told by the facts and definitions of today.",
        "{field}，{start} → {end}：客户按之前与之后的类别分布，两端均以当前的数据与定义计算。",
    ),
    "explore.new_customer": Message("(new)", "（新客户）"),
    "explore.from_to": Message("From ↓ to →", "从 ↓ 到 →"),
    "explore.moves.title": Message("What those who moved are worth", "改变类别的客户的价值变化"),
    "explore.moves.about": Message(
        "The moves of most customers, with their worth before and after.", "人数最多的迁移及其前后金额。"
    ),
    "explore.move": Message("Move", "迁移"),
    "explore.before": Message("{label}, before", "{label}（之前）"),
    "explore.after": Message("{label}, after", "{label}（之后）"),
    "explore.migration.choose": Message(
        "Choose two days to see who moved between classes.", "选择两个日期，查看客户在类别之间的迁移。"
    ),
    "explore.migration.hint": Message(
        "Both days are computed anew from the facts: with many facts that takes a minute or more. "
        "Without a second day it is the snapshot's.",
        "两个日期都会从原始数据重新计算：数据量大时需要一分钟以上。不填第二个日期则为快照时刻。",
    ),
}
