"""Users, one's own account, and links to a new password."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "nav.users": Message("Users", "用户"),
    "account.title": Message("Your account", "我的账户"),
    "account.password": Message("Change your password", "修改密码"),
    "account.password.none": Message(
        "You have no password here: another service signs you in. An administrator can give you a link to set one.",
        "您没有本地密码，由外部服务登录。如需设置密码，请管理员生成链接。",
    ),
    "account.current": Message("Current password", "当前密码"),
    "account.new": Message("New password", "新密码"),
    "account.change": Message("Change", "修改"),
    "account.wrong": Message("The current password is wrong.", "当前密码错误。"),
    "account.done.password": Message(
        "Your password is changed, and your other sessions have ended.", "密码已修改，其他登录已全部退出。"
    ),
    "account.done.sessions": Message("Your other sessions have ended.", "其他登录已全部退出。"),
    "account.sessions": Message("Where you are signed in", "登录情况"),
    "account.began": Message("Signed in", "登录时间"),
    "account.seen": Message("Last used", "最近使用"),
    "account.this": Message("this one", "当前登录"),
    "account.end_others": Message("Sign out everywhere else", "退出其他所有登录"),
    "password.set.title": Message("Set your password", "设置密码"),
    "password.set.lead": Message("For the user {name}.", "用户：{name}"),
    "password.set.go": Message("Set it", "设置"),
    "password.closed.hint": Message(
        "It was used, replaced by a newer one, or is older than a day. Ask an administrator for a new one.",
        "链接已被使用、已被新链接取代，或已超过一天。请管理员重新生成。",
    ),
    "role.viewer": Message("Viewer", "查看者"),
    "role.viewer.about": Message("sees customers, masked", "查看客户，个人信息打码"),
    "role.agent": Message("Agent", "客服"),
    "role.agent.about": Message(
        "also tags customers, and reveals personal values with a reason",
        "另可打标签，并在说明理由后查看个人信息明文",
    ),
    "role.manager": Message("Manager", "主管"),
    "role.manager.about": Message(
        "also exports lists, approves what others export, sees sources and runs",
        "另可导出名单、审批他人的导出，查看数据源与运行",
    ),
    "role.analyst": Message("Analyst", "分析师"),
    "role.analyst.about": Message(
        "tags customers, exports lists (masked), sees sources, runs and edits the plan",
        "打标签、导出名单（脱敏）、查看数据源、运行并编辑方案",
    ),
    "role.administrator": Message("Administrator", "管理员"),
    "role.administrator.about": Message("may do everything", "拥有全部权限"),
    "users.title": Message("Users", "用户"),
    "users.lead": Message(
        "Who may sign in, what they may do, and whose customers they see.",
        "谁可以登录、能做什么、能看到哪些客户。",
    ),
    "users.roles": Message("Roles", "角色"),
    "users.sees": Message("Sees", "可见客户"),
    "users.sees.all": Message("everybody", "全部客户"),
    "users.sees.units": Message("{count} units", "{count} 个组织", one="1 unit"),
    "users.sees.nobody": Message("nobody", "无"),
    "users.sees.condition": Message("by a condition", "按条件"),
    "users.seen": Message("Last here", "最近在线"),
    "users.state": Message("State", "状态"),
    "users.active": Message("active", "正常"),
    "users.disabled": Message("disabled", "已停用"),
    "users.waiting": Message("has no password yet", "尚未设置密码"),
    "users.new": Message("New user", "新建用户"),
    "users.make": Message("Make the user", "新建"),
    "user.back": Message("All users", "全部用户"),
    "user.link": Message("Give this link to {name}", "请把此链接交给 {name}"),
    "user.link.hint": Message(
        "It is shown only now, works once, and lasts a day. Whoever has it can set the password.",
        "链接仅此时显示，只能使用一次，一天内有效。任何拿到它的人都能设置密码。",
    ),
    "user.save": Message("Save", "保存"),
    "user.scope": Message("Whose customers they see", "可见客户范围"),
    "user.scope.hint": Message(
        "Who sees only some customers sees neither data, runs, the plan's editors, users nor this log.",
        "只能看到部分客户的用户，不能查看数据、运行、方案编辑、用户和审计日志。",
    ),
    "user.by_units": Message(
        "Only customers of these units, and of all beneath them", "仅限下列组织及其下级的客户"
    ),
    "user.by_units.hint": Message(
        "Ticked without any unit, they see nobody.", "勾选此项但不选组织，则看不到任何客户。"
    ),
    "user.units.none": Message(
        "There are no units yet. A source of `fact: unit` gives them, and `[units]` in keepwell.toml says "
        "which field holds a customer's unit.",
        "还没有组织。请用 `fact: unit` 的来源导入，并在 keepwell.toml 的 `[units]` 中指定客户所属组织的字段。",
    ),
    "user.units.more": Message("Ids of units, one on each line", "组织编号，每行一个"),
    "user.units.gone": Message("Units that are no longer there", "已不存在的组织"),
    "user.condition": Message("And only customers who meet this condition", "并且仅限符合此条件的客户"),
    "user.condition.hint": Message(
        "For instance `spend_365d >= 1000`; empty: no condition.", "例如 `spend_365d >= 1000`；留空表示不限。"
    ),
    "user.entry": Message("Signing in", "登录"),
    "user.disable": Message("Disable", "停用"),
    "user.disable.hint": Message(
        "They are signed out at once and cannot sign in again.", "立即退出登录，且无法再次登录。"
    ),
    "user.enable": Message("Enable", "启用"),
    "user.new_link": Message("Make a link to a new password", "生成设置密码的链接"),
    "user.history": Message("What was changed", "更改记录"),
}
