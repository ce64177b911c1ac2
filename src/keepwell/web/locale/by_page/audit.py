"""The audit log."""

from __future__ import annotations

from keepwell.web.locale.message import Message

ACTIONS = {
    "change_shared_list": Message("changed a shared list", "修改了共享名单"),
    "share_list": Message("shared a list", "共享了名单"),
    "unshare_list": Message("no longer shares a list", "取消了名单共享"),
    "approve_export": Message("approved an export", "批准了导出"),
    "download_export": Message("downloaded an export", "下载了导出文件"),
    "finish_export": Message("received the whole export", "完成了导出下载"),
    "refuse_export": Message("refused an export", "拒绝了导出"),
    "request_export": Message("asked for an export", "申请了导出"),
    "withdraw_export": Message("withdrew an export", "撤回了导出申请"),
    "add_key": Message("made a key for a program", "新建了程序密钥"),
    "change_password": Message("changed their password", "修改了自己的密码"),
    "create_user": Message("made a user", "新建了用户"),
    "disable_user": Message("disabled a user", "停用了用户"),
    "drop_quarantined": Message("dropped rows in quarantine", "放弃了隔离区的行"),
    "enable_user": Message("enabled a user", "启用了用户"),
    "erase": Message("erased personal values", "抹除了个人信息"),
    "export_quarantine": Message("exported rows in quarantine", "导出了隔离区的行"),
    "link_identity": Message("linked an identity", "关联了外部身份"),
    "make_password_link": Message("made a link to a new password", "生成了设置密码的链接"),
    "publish_earlier_plan": Message("went back to a version of the plan", "恢复了较早的方案版本"),
    "publish_first_load": Message("published a first load", "发布了首次导入"),
    "publish_plan": Message("published an edit of the plan", "发布了方案修改"),
    "request_run": Message("asked for a run", "要求运行"),
    "reveal_values": Message("revealed personal values", "查看了个人信息明文"),
    "revoke_key": Message("revoked a key", "吊销了密钥"),
    "set_password": Message("set a password by a link", "通过链接设置了密码"),
    "set_roles": Message("changed roles", "更改了角色"),
    "set_scope": Message("changed whose customers are seen", "更改了可见客户范围"),
    "sign_in": Message("signed in", "登录"),
    "tag": Message("tagged customers", "为客户设置了标签"),
    "undo_tag": Message("undid a tagging", "撤销了标签设置"),
    "untag": Message("took back a tag", "收回了标签"),
}
"""Actions there are names for; others are shown as they are recorded."""

KINDS = {
    "customer": Message("customer", "客户"),
    "export": Message("export", "导出"),
    "job": Message("job", "任务"),
    "key": Message("key", "密钥"),
    "list": Message("saved list", "已存名单"),
    "party": Message("party", "身份标识"),
    "plan_version": Message("version of the plan", "方案版本"),
    "quarantine": Message("quarantine", "隔离区"),
    "user": Message("user", "用户"),
}
"""What an action was done to; a definition of the plan is called by its kind."""

TEXTS = {
    "nav.audit": Message("Audit log", "审计日志"),
    "audit.title": Message("Audit log", "审计日志"),
    "audit.lead": Message(
        "Who did what, when. Entries are never changed or removed.", "谁在何时做了什么。记录不可修改或删除。"
    ),
    "audit.at": Message("When", "时间"),
    "audit.actor": Message("Who", "操作人"),
    "audit.action": Message("What", "操作"),
    "audit.subject": Message("To whom or what", "对象"),
    "audit.details": Message("Details", "详情"),
    "audit.since": Message("From day", "起始日期"),
    "audit.until": Message("To day", "截止日期"),
    "audit.any": Message("Anything", "全部操作"),
    "audit.go": Message("Show", "查看"),
    "audit.clear": Message("Show everything", "清除筛选"),
    "audit.newest": Message("Newest", "最新"),
    "audit.older": Message("Older", "更早"),
    "audit.none": Message("No entry fits", "没有符合条件的记录"),
    "audit.none.hint": Message(
        "Who and to whom are compared whole; leave one out to see more.",
        "操作人和对象需完整匹配；去掉一个条件可看到更多记录。",
    ),
    **{f"audit.{name}": text for name, text in ACTIONS.items()},
    **{f"audit.kind.{name}": text for name, text in KINDS.items()},
}
