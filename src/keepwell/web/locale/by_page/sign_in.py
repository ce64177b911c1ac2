"""First run and sign-in."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "welcome.title": Message("Welcome to Keepwell", "欢迎使用 Keepwell"),
    "welcome.lead": Message(
        "Choose a name and a password. You will be the administrator of {business}.",
        "请设置用户名和密码。您将成为“{business}”的管理员。",
    ),
    "welcome.go": Message("Begin", "开始使用"),
    "welcome.closed": Message("This link can no longer be used", "此链接已失效"),
    "welcome.closed.hint": Message(
        "It was used, replaced by a newer one, or is older than a day. As long as there is no user, "
        "`keepwell serve` prints a new one each time it starts.",
        "链接已被使用、已被新链接取代，或已超过一天。在还没有用户之前，每次启动 `keepwell serve` 都会输出新的链接。",
    ),
    "name": Message("Name", "用户名"),
    "password": Message("Password", "密码"),
    "password.hint": Message(
        "At least 10 characters; several words are easy to remember.",
        "至少 10 个字符；几个词连在一起更容易记住。",
    ),
    "password.again": Message("Password once more", "再次输入密码"),
    "password.differ": Message("The two passwords are not the same.", "两次输入的密码不一致。"),
    "sign_in.title": Message("Sign in", "登录"),
    "sign_in.go": Message("Sign in", "登录"),
    "sign_in.refused": Message("The name or the password is wrong.", "用户名或密码错误。"),
    "sign_in.wait": Message(
        "Too many failed attempts. Try again in {count} minutes.",
        "失败次数过多，请在 {count} 分钟后重试。",
        one="Too many failed attempts. Try again in a minute.",
    ),
    "sign_in.or": Message("or", "或"),
    "sign_in.with": Message("Sign in with {service}", "通过{service}登录"),
    "sign_in.not_set_up": Message("There is no user yet", "还没有用户"),
    "sign_in.not_set_up.hint": Message(
        "Open the link that `keepwell serve` printed when it started.",
        "请打开 `keepwell serve` 启动时输出的链接。",
    ),
    "form.stale": Message(
        "This form was open for too long, or came from elsewhere. Please send it again.",
        "表单已过期或来自其他网站，请重新提交。",
    ),
}
