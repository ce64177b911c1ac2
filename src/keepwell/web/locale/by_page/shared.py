"""Texts of every page."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "skip": Message("Skip to content", "跳到正文"),
    "nav": Message("Main navigation", "主导航"),
    "nav.people": Message("Customers", "客户"),
    "nav.sources": Message("Data", "数据"),
    "nav.runs": Message("Runs", "运行"),
    "nav.system": Message("System", "系统"),
    "sign_out": Message("Sign out", "退出登录"),
    "theme": Message("Colours", "配色"),
    "theme.auto": Message("As the device", "跟随系统"),
    "theme.light": Message("Light", "浅色"),
    "theme.dark": Message("Dark", "深色"),
    "search": Message("Find a customer", "查找客户"),
    "search.hint": Message("Whole phone, e-mail, name or ID", "完整的电话、邮箱、姓名或编号"),
    "previous": Message("Previous", "上一页"),
    "next": Message("Next", "下一页"),
    "paging": Message("Pages", "翻页"),
    "paging.shown": Message("{first}–{last} of {count}", "第 {first}–{last} 条，共 {count} 条"),
    "field.customer_id": Message("Customer ID", "客户编号"),
    "as_of": Message("as of {moment}", "截至 {moment}"),
}
