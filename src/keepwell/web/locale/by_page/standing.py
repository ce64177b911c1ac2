"""Before there is something to show."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "empty.no_plan": Message("No plan is published yet", "尚未发布方案"),
    "empty.no_plan.hint": Message(
        "Publish the plan folder with `keepwell push`, then come back.",
        "请用 `keepwell push` 发布方案文件夹，然后返回本页。",
    ),
    "empty.no_snapshot": Message("The plan has not run yet", "方案尚未运行"),
    "empty.no_snapshot.hint": Message(
        "A run reads the sources and computes every customer's figures.",
        "运行会读取数据源，并计算每位客户的指标。",
    ),
    "empty.running": Message("The first run is under way", "首次运行正在进行"),
    "empty.running.hint": Message(
        "You can leave this page; the run goes on.", "您可以离开本页，运行会继续。"
    ),
}
