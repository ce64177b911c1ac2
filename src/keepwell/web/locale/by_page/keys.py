"""Keys of programs, everybody's and one's own."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "nav.keys": Message("Keys", "密钥"),
    "keys.title": Message("Keys of programs", "程序密钥"),
    "keys.lead": Message(
        "By a key a program asks for its owner. It may what both of them may, and sees no further than its owner. "
        "People make their own keys on their account.",
        "程序凭密钥以其所有者的身份访问：只能做双方都有权做的事，看到的范围不超过所有者。每个人在自己的账户页新建密钥。",
    ),
    "keys.own.lead": Message(
        "By a key a program asks in your name, for as much as you allow it, and never for more than you may yourself.",
        "程序凭密钥以您的身份访问，权限由您指定，且不会超过您自己的权限。",
    ),
    "keys.none": Message("There are no keys", "还没有密钥"),
    "keys.none.hint": Message(
        "People make keys for their programs on their account; `keepwell keys add` makes one too.",
        "每个人可在自己的账户页为程序新建密钥，也可用 `keepwell keys add` 新建。",
    ),
    "keys.listed": Message("The newest {count} keys are listed.", "仅列出最新的 {count} 个密钥。"),
    "keys.beginning": Message("Begins with", "开头"),
    "keys.owner": Message("Owner", "所有者"),
    "keys.may": Message("May", "权限"),
    "keys.used": Message("Last used", "最近使用"),
    "keys.used.never": Message("never used", "从未使用"),
    "keys.state": Message("State", "状态"),
    "keys.alive": Message("works", "有效"),
    "keys.expired": Message("expired", "已过期"),
    "keys.revoked": Message("revoked", "已吊销"),
    "keys.disabled": Message("owner disabled", "所有者已停用"),
    "keys.until": Message("until {day}", "至{day}"),
    "keys.and": Message("; ", "；"),
    "keys.revoke": Message("Revoke…", "吊销…"),
    "keys.revoke.hint": Message(
        "Programs that use it are then refused, at once and for good.",
        "使用它的程序将立即被拒绝，且无法恢复。",
    ),
    "keys.revoke.go": Message("Revoke {name}", "吊销 {name}"),
    "keys.done.revoked": Message("The key is revoked.", "密钥已吊销。"),
    "keys.new": Message("New key", "新建密钥"),
    "keys.name": Message("What it is for", "用途"),
    "keys.name.hint": Message(
        "The program that will have it, such as “nightly report”.", "将使用它的程序，例如“每日报表”。"
    ),
    "keys.lasts": Message("It lasts", "有效期"),
    "keys.days": Message("{count} days", "{count} 天"),
    "keys.forever": Message("until it is revoked", "直到吊销"),
    "keys.make": Message("Make the key", "新建密钥"),
    "keys.made": Message("Your new key", "您的新密钥"),
    "keys.made.hint": Message(
        "Copy it now: it is kept only as a hash and never shown again. Whoever has it can do what it may. "
        "Programs send it as `Authorization: Bearer …`.",
        "请立即复制：系统只保存其哈希值，此后不再显示。任何持有它的人都能使用其权限。"
        "程序以 `Authorization: Bearer …` 发送。",
    ),
    "permission.see_customers": Message("see customers, masked", "查看客户（个人信息打码）"),
    "permission.reveal_values": Message(
        "reveal personal values, with a reason", "说明理由后查看个人信息明文"
    ),
    "permission.see_data": Message("see sources, quality and runs", "查看数据源、数据质量与运行"),
    "permission.run": Message("ask for runs", "发起运行"),
    "permission.edit_plan": Message("edit the plan", "编辑方案"),
    "permission.tag": Message("tag customers", "为客户设置标签"),
    "permission.export": Message("export lists of customers, masked", "导出客户名单（个人信息打码）"),
    "permission.approve_export": Message("approve what others export", "审批他人的导出"),
    "permission.manage_access": Message("manage users and keys", "管理用户与密钥"),
    "permission.see_audit": Message("see the audit log", "查看审计日志"),
}
