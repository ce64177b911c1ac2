"""Sources and quarantine."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "sources.title": Message("Data", "数据"),
    "sources.lead": Message(
        "What became of every row that was read. The parts add up to all rows.",
        "每一行读取数据的去向，各部分之和等于总行数。",
    ),
    "sources.none": Message("The plan has no source yet", "方案还没有数据源"),
    "sources.none.hint": Message(
        "Describe a file under sources/ in the plan folder and publish it.",
        "请在方案文件夹的 sources/ 下描述一个文件并发布。",
    ),
    "sources.rows": Message("Rows", "行数"),
    "sources.new": Message("New", "新增"),
    "sources.corrected": Message("Corrected", "更正"),
    "sources.unchanged": Message("Unchanged", "未变"),
    "sources.outdated": Message("Outdated", "过时"),
    "sources.duplicate": Message("Duplicate", "重复"),
    "sources.quarantined": Message("Quarantined", "隔离"),
    "sources.key_errors": Message("Errors in key fields", "关键字段错误率"),
    "sources.goal.kept": Message("within the goal of {goal}", "达标（目标 {goal}）"),
    "sources.goal.missed": Message("above the goal of {goal}", "未达标（目标 {goal}）"),
    "sources.last_fact": Message("Latest fact", "最新事实"),
    "sources.taken": Message("Last read", "最近读取"),
    "sources.inputs": Message("{count} inputs", "{count} 个输入", one="1 input"),
    "sources.unread": Message("not read yet", "尚未读取"),
    "sources.anonymous": Message("without a customer", "无客户"),
    "sources.late": Message("late", "迟到"),
    "sources.outlier": Message("far out", "离群"),
    "sources.waiting": Message("{count} rows wait", "{count} 行待处理", one="1 row waits"),
    "sources.waiting.none": Message("no row waits", "没有待处理的行"),
    "quarantine.title": Message("Rows in quarantine: {source}", "隔离的数据：{source}"),
    "quarantine.lead": Message(
        "Values are masked. To mend rows, use `keepwell quarantine`.",
        "值已脱敏。修正请使用 `keepwell quarantine` 命令。",
    ),
    "quarantine.reason": Message("Reason", "原因"),
    "quarantine.all": Message("All reasons", "全部原因"),
    "quarantine.input": Message("Input", "输入"),
    "quarantine.row": Message("Row", "行号"),
    "quarantine.problem": Message("What is wrong", "问题"),
    "quarantine.id": Message("ID", "编号"),
    "quarantine.none": Message("No row waits here", "没有待处理的行"),
    "quarantine.none.hint": Message(
        "Every row of this source was taken in or settled.", "该数据源的每一行都已接收或处理完毕。"
    ),
}
