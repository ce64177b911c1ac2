"""Personal values in the clear."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "reveal.open": Message("Show in full…", "查看明文…"),
    "reveal.title": Message("Personal values", "个人信息"),
    "reveal.reason": Message("Why do you need them?", "查看原因"),
    "reveal.reason.asked_by_customer": Message("The customer asked for something", "客户提出请求"),
    "reveal.reason.delivery": Message("To deliver or to call back", "配送或回电"),
    "reveal.reason.correction": Message("To correct what is wrong", "更正错误信息"),
    "reveal.reason.complaint": Message("A complaint", "处理投诉"),
    "reveal.reason.other": Message("Another reason (say which)", "其他原因（请说明）"),
    "reveal.words": Message("In your own words", "补充说明"),
    "reveal.hint": Message(
        "Your name, the time and the reason are recorded. Write no personal values into the reason.",
        "系统会记录您的用户名、时间和原因。请勿在原因中填写个人信息。",
    ),
    "reveal.go": Message("Show", "查看"),
    "reveal.once": Message(
        "They are shown only now. To see them again, give a reason again.",
        "仅此时显示；再次查看需重新填写原因。",
    ),
    "reveal.nothing": Message("Nothing is kept of this party.", "没有保存此身份的个人信息。"),
    "reveal.back": Message("Back to the customer", "返回客户"),
}
