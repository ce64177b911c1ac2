"""Reasons of the quarantine and steps of a run, in every language; the English ones are the rooms' own."""

from __future__ import annotations

from keepwell.intake.quarantine import REASONS, RowProblem
from keepwell.web.locale.message import Language, Message

REASONS_ZH = {
    "empty": "内容为空",
    "placeholder": "是占位内容，例如“无”、none 或“散客”",
    "masked": "部分内容被星号遮盖",
    "rounded_by_spreadsheet": "被电子表格改成了 1.38E+10 这样的形式，位数已丢失",
    "too_long": "过长，不可能是这类值",
    "several_numbers": "包含多个电话号码",
    "not_a_phone": "不是可能存在的电话号码",
    "not_an_email": "不是邮箱地址",
    "not_a_name": "不是人名：只有数字或符号",
    "not_an_id": "不是 18 位或 15 位",
    "unknown_region": "前两位不对应任何省份",
    "impossible_birth_date": "出生日期不存在或早于 1850 年",
    "wrong_check_digit": "校验位不符，输入有误",
    "missing": "缺少必填的值",
    "not_a_number": "不是数字",
    "not_whole": "不是整数",
    "out_of_range": "数字过大，无法精确保存",
    "not_money": "不是金额",
    "more_decimals": "小数位数超过该货币的位数",
    "not_a_day": "不是可以唯一确定的日期",
    "not_a_moment": "不是可以唯一确定的时间",
    "not_a_flag": "既不是“是”也不是“否”",
    "too_few_columns": "列数少于表头",
    "too_many_columns": "列数多于表头",
    "undecodable": "含有编码无法识别的字节或空字符",
    "open_quote": "引号没有闭合，导致多行混在一起",
    "bad_json": "不是 JSON",
    "not_an_object": "是 JSON，但不是对象",
    "repeated_key": "一个对象中同一个键出现两次",
    "in_the_future": "时间在未来",
    "no_rate": "方案中没有当日该货币的汇率",
    "same_key": "同一文件中另一行的键相同但内容不同",
}

RULE = Message("a rule of its source", "违反数据源的规则")
WHOLE_ROW = Message("the row", "整行")

STEPS = {
    "tidying": Message("Tidying up", "整理旧版本"),
    "reading": Message("Reading", "读取"),
    "computing fields": Message("Computing figures", "计算指标"),
    "computing cohorts": Message("Computing cohorts", "计算同期群"),
    "comparing segments": Message("Comparing segments", "比较分群"),
    "writing the snapshot": Message("Writing the snapshot", "写入快照"),
}


def reason_in(language: Language, reason: str, rules: list[str]) -> str:
    """A reason in words; ``rules`` are the texts of its source's own rules, in order and in that language."""
    if reason.startswith("rule_"):
        number = int(reason.removeprefix("rule_"))
        return rules[number - 1] if number <= len(rules) else RULE.in_(language)
    if language == "zh":
        return REASONS_ZH.get(reason, reason)
    return REASONS.get(reason, reason)


def problem_in(language: Language, problem: RowProblem, rules: list[str]) -> str:
    """What is wrong with a row, without the value."""
    reason = reason_in(language, problem.reason, rules)
    if problem.reason.startswith("rule_"):
        return reason
    field = problem.field or WHOLE_ROW.in_(language)
    return f"{field}：{reason}" if language == "zh" else f"{field}: {reason}"


def step_in(language: Language, step: str) -> str:
    """A step of a run in words; what follows a step's known words is a name and stays."""
    for known, message in STEPS.items():
        if step == known:
            return message.in_(language)
        if step.startswith(f"{known} "):
            return f"{message.in_(language)} {step.removeprefix(known).strip()}"
    return step
