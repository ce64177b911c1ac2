"""What goes wrong."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "error.title": Message("This did not work", "操作未成功"),
    "error.not_found": Message("There is nothing here", "这里什么也没有"),
    "error.not_found.hint": Message(
        "The address may be mistyped, or what it named is gone.", "地址可能有误，或内容已不存在。"
    ),
    "error.forbidden": Message("You may not see this", "您无权查看"),
    "error.too_large": Message("That is too much at once", "提交的内容过大"),
    "error.unavailable": Message("Something is out of reach at the moment", "暂时无法访问"),
    "error.unavailable.hint": Message("Try again in a moment.", "请稍后重试。"),
    "error.unexpected": Message("Something went wrong on our side", "系统出错"),
    "error.unexpected.hint": Message(
        "The log has the details under the number {request_id}.", "详情已记入日志，编号为 {request_id}。"
    ),
    "error.details": Message("Details (in English)", "详情（英文）"),
    "error.home": Message("To the list of customers", "返回客户列表"),
}
