"""System: the overview."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "system.overview": Message("Overview", "概览"),
    "system.state": Message("What is running", "运行环境"),
    "system.keepwell": Message("Keepwell", "留客版本"),
    "system.published": Message("Plan published", "已发布方案"),
    "system.shown": Message("Plan shown", "当前展示方案"),
    "system.version": Message("version {number}", "第 {number} 版"),
    "system.figures": Message("Figures as of", "数据截至"),
    "system.lake": Message("Size of the lake", "数据湖大小"),
    "system.store": Message("Size of the store", "数据库大小"),
    "system.megabytes": Message("{size} MB", "{size} MB"),
    "system.sources": Message("Sources", "数据源"),
    "system.source": Message("Source", "数据源"),
    "system.waiting": Message("Rows waiting", "待处理行数"),
    "system.runs": Message("Last runs", "最近的运行"),
    "system.runs.none": Message("No run was asked for here yet", "这里还没有请求过运行"),
    "system.jobs": Message("Newest jobs", "最新任务"),
    "system.jobs.none": Message("No job yet", "还没有任务"),
    "system.job": Message("Job", "任务"),
    "system.job.state": Message("State", "状态"),
    "system.job.attempts": Message("Attempts", "尝试次数"),
    "system.job.error": Message("Error", "错误"),
    "system.queued": Message("waiting", "等待中"),
    "system.running": Message("running", "运行中"),
    "system.done": Message("done", "完成"),
    "system.failed": Message("failed", "失败"),
    "system.dead": Message("given up", "已放弃"),
    "system.unknown": Message("none", "无"),
}
