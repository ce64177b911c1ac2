"""Segments."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "segments.title": Message("Segments", "分群"),
    "segments.none": Message("The plan has no segments", "方案中没有分群"),
    "segments.share": Message("Share of customers", "占客户比例"),
    "segments.change": Message("Since the run before", "较上次运行"),
    "segments.redefined": Message("redefined", "定义有变"),
    "segments.open": Message("Customers in it", "查看其中的客户"),
    "segments.history": Message("Size, entries and exits at each run", "每次运行的人数与进出"),
    "segments.entered": Message("Entered", "进入"),
    "segments.left": Message("Left", "离开"),
}
