"""Runs."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "runs.title": Message("Runs", "运行"),
    "runs.now": Message("Run now", "立即运行"),
    "runs.under_way": Message("A run is under way", "正在运行"),
    "runs.waiting": Message("A run is waiting to begin", "运行等待开始"),
    "runs.again": Message("It is tried again at {moment}:", "将于 {moment} 重试："),
    "runs.leave": Message("You can leave this page; the run goes on.", "您可以离开本页，运行会继续。"),
    "runs.refresh": Message("Look again", "刷新"),
    "runs.every": Message("The plan runs by itself every {every}.", "方案每 {every} 自动运行一次。"),
    "runs.by_hand": Message(
        "The plan runs by hand only; `run_every` in keepwell.toml makes it run by itself.",
        "方案仅手动运行；在 keepwell.toml 中设置 `run_every` 可自动运行。",
    ),
    "runs.last": Message("Last run", "最近一次运行"),
    "runs.none": Message("No run yet from here", "这里还没有运行记录"),
    "runs.none.hint": Message(
        "Runs by the command line show here once `keepwell serve` carries them out.",
        "命令行触发的运行由 `keepwell serve` 执行后会显示在这里。",
    ),
    "runs.problems": Message(
        "{count} inputs could not be read", "{count} 个输入无法读取", one="1 input could not be read"
    ),
    "runs.history": Message("Earlier runs", "历史运行"),
    "runs.began": Message("Asked for", "请求时间"),
    "runs.ended": Message("Ended", "结束时间"),
    "runs.outcome": Message("Outcome", "结果"),
    "runs.done": Message("done", "完成"),
    "runs.done_with_problems": Message("done, with problems", "完成，但有问题"),
    "runs.up_to_date": Message("everything was up to date", "数据已是最新"),
    "runs.failed": Message("failed", "失败"),
    "runs.taken": Message("Taken in", "接收"),
    "runs.customers": Message("{count} customers", "{count} 位客户", one="1 customer"),
    "runs.newer_plan": Message(
        "Version {published} of the plan is published; these figures are from version {shown}. "
        "Run to bring them up to date.",
        "已发布方案第 {published} 版，当前数据来自第 {shown} 版，运行后即可更新。",
    ),
}
