"""Segments."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "segments.title": Message("Segments", "分群"),
    "segments.one": Message("Segment", "分群"),
    "segments.none": Message("The plan has no segments", "方案中没有分群"),
    "segments.share": Message("Share of customers", "占客户比例"),
    "segments.change": Message("Since the run before", "较上次运行"),
    "segments.redefined": Message("redefined", "定义有变"),
    "segments.course": Message("At the latest runs", "近几次运行"),
    "segments.open": Message("Customers in it", "查看其中的客户"),
    "segments.history": Message("Size, entries and exits at each run", "每次运行的人数与进出"),
    "segments.entered": Message("Entered", "进入"),
    "segments.left": Message("Left", "离开"),
    "segments.finding.none": Message("No run has recorded its size yet", "还没有运行记录人数"),
    "segments.finding.first": Message(
        "{count} customers at the first run", "首次运行时有 {count} 位客户", one="1 customer at the first run"
    ),
    "segments.finding.rose": Message(
        "It grew from {before} to {now} customers over {runs} runs",
        "{runs} 次运行间，客户由 {before} 位增至 {now} 位",
    ),
    "segments.finding.fell": Message(
        "It shrank from {before} to {now} customers over {runs} runs",
        "{runs} 次运行间，客户由 {before} 位减至 {now} 位",
    ),
    "segments.finding.same": Message(
        "It has {now} customers, as many as {runs} runs ago ({before})",
        "客户 {now} 位，与 {runs} 次运行前（{before} 位）相同",
    ),
    "segments.moves": Message(
        "{entered} entered and {left} left by what they did, in the {runs} runs after the first",
        "首次运行之后的 {runs} 次运行中，因自身变化进入 {entered} 位，离开 {left} 位",
    ),
    "segments.stake": Message("At stake: {before} → {now}", "风险价值：{before} → {now}"),
    "segments.moved.entry": Message("Who entered: {segment}, {moment}", "进入「{segment}」的客户，{moment}"),
    "segments.moved.exit": Message("Who left: {segment}, {moment}", "离开「{segment}」的客户，{moment}"),
    "segments.moved.none": Message(
        "Nobody whom you may see and who is still known", "没有您可查看且仍存在的客户"
    ),
    "segments.overlap": Message("Shares customers with", "与其他分群的重叠"),
    "segments.overlap.both": Message("In both", "同属两者"),
    "segments.overlap.share": Message("Share of this segment", "占本分群比例"),
    "segments.cause": Message("Other changes", "其他变动"),
    "segments.tags": Message("Tags", "标签"),
    "segments.tag": Message("Tag", "标签"),
}
