"""The words of answers on the command line, in English and Chinese. Help and errors are English."""

from __future__ import annotations

from keepwell.cli.terminal import language

WORDS: dict[str, tuple[str, str]] = {
    "count": ("{count:,} of {of:,} customers", "{of:,} 位客户中的 {count:,} 位"),
    "worth": (", {worth} at stake", "，涉及金额 {worth}"),
    "in_brackets": (" ({share})", "（{share}）"),
    "share": ("share", "占比"),
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
    "fall": (
        (
            "{what} fell from {since} on (beginning between {earliest} and {latest}): from {before} to {after}, "
            "that is {change} ({low} to {high}; intervals hold with {sure})"
        ),
        (
            "{what}自{since}起下降（始于{earliest}至{latest}之间）：由{before}降至{after}，变化{change}"
            "（{low}至{high}；区间置信度{sure}）"
        ),
    ),
    "gradually": (", over {periods} periods,", "（历时{periods}个周期）"),
    "may_be_season": (
        "With less than two years of data a season may look like a fall",
        "数据不足两年，季节波动可能被误认为下降",
    ),
    "no_fall": (
        "{what}: no fall that chance does not explain, in {periods} periods (p = {chance})",
        "{what}：{periods}个周期内未发现偶然波动以外的下降（p = {chance}）",
    ),
    "few_periods": (
        "{what}: not enough data to look for a fall: {found} periods are over, {needed} are needed",
        "{what}：数据不足，无法判断是否下降：已结束{found}个周期，至少需要{needed}个",
    ),
    "few_kept": (
        "{what}: not enough data to look for a fall: {found} customers came back in all, {needed} are needed",
        "{what}：数据不足，无法判断是否下降：合计仅{found}位客户回来，至少需要{needed}位",
    ),
    "few_lost": (
        "{what}: not enough data to look for a fall: {found} customers stayed away in all, {needed} are needed",
        "{what}：数据不足，无法判断是否下降：合计仅{found}位客户未回来，至少需要{needed}位",
    ),
    "repurchase": ("{by} repurchase of {level}", "{level}的{by}复购率"),
    "next_month": ("Next-month", "次月"),
    "next_quarter": ("Next-quarter", "次季度"),
    "next_year": ("Next-year", "次年"),
    "month": ("month", "月"),
    "quarter": ("quarter", "季度"),
    "year": ("year", "年"),
    "level_new": ("new customers", "新客"),
    "level_returning": ("returning customers", "老客"),
    "level_vip": ("VIPs", "贵宾客户"),
    "level_all": ("all customers", "全部客户"),
    "cohort": ("cohort", "同期群"),
    "retention_legend": (
        (
            "+1: the share of the cohort that bought in the next {by}, and so on; darker: more. "
            "…: not over yet, counted neither as a fall nor as a rise"
        ),
        "+1：该同期群在下一{by}再次购买的比例，依此类推；颜色越深比例越高。…：尚未结束，不计为下降或上升",
    ),
    "open_legend": (
        "…: not all have had that time yet, counted neither as a fall nor as a rise",
        "…：部分客户尚未满该时长，不计为下降或上升",
    ),
    "back_within": ("Back within {days} d", "{days}日内回来"),
    "back_on": ("On day {days}", "第{days}日回来"),
    "heard_again": (
        "Share of customers heard from again in the next month",
        "次月仍有互动的客户比例",
    ),
    "stage_in_touch": ("in touch", "有互动"),
    "stage_silent": ("silent", "沉默"),
    "stage_at_risk": ("at risk", "流失风险"),
    "stage_dormant": ("dormant", "休眠"),
    "stage_lost": ("lost", "流失"),
    "silent_share": ("silent or at risk", "沉默或流失风险占比"),
    "silence_legend": (
        "at the end of each month that is over; the share is of all customers but the lost",
        "为各已结束月份月末的数据；占比的分母不含已流失客户",
    ),
    "funnel": (
        "{count:,} customers who first bought since {since}, and how many went on",
        "自{since}起首次购买的{count:,}位客户，以及后续各步人数",
    ),
    "step": ("step", "步骤"),
    "step_bought": ("bought", "首次购买"),
    "step_touched": ("interacted within {touch} days", "{touch}天内互动"),
    "step_again": ("bought again within {buy} days", "{buy}天内再次购买"),
    "of_all": ("of all", "占全部"),
    "of_step": ("of the step before", "占上一步"),
    "median_days": ("median days", "间隔天数中位数"),
    "directly": (
        "{count:,} more bought again within {days} days without that interaction",
        "另有{count:,}位客户未经该互动，在{days}天内再次购买",
    ),
    "no_interactions": (
        "no source of the plan gives interactions, so nobody takes the step between",
        "方案中没有互动数据源，因此中间一步无人完成",
    ),
    "too_recent": (
        "{count:,} are left out: their first purchase is less than {days} whole days ago",
        "未计入{count:,}位客户：首次购买至今不足{days}个整天",
    ),
    "matrix": (
        "{count:,} customers who bought since {since}, by purchases and average basket",
        "自{since}起购买过的{count:,}位客户，按购买次数与客单价",
    ),
    "purchases": ("purchases", "购买次数"),
    "any_basket": ("any basket", "任意客单价"),
    "matrix_legend": (
        "customers · what they spent, less what was given back",
        "客户数 · 消费金额（已扣除退款）",
    ),
    "segment": ("segment", "分群"),
    "since_run": ("since the run before", "较上次运行"),
    "since_days": ("since {days} days", "较 {days} 天前"),
    "day": ("day", "日期"),
    "entered": ("entered", "进入"),
    "left": ("left", "离开"),
    "note": ("note", "备注"),
    "both": ("in both", "同属两者"),
    "jaccard": ("Jaccard", "Jaccard"),
    "part_of": ("of {segment}", "占{segment}"),
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
