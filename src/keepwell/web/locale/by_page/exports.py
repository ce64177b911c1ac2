"""Exports of lists: what is in one, who asks, who decides."""

from __future__ import annotations

from keepwell.web.locale.message import Message

STATES = {
    "waiting": Message("waits for approval", "待审批"),
    "lapsed": Message("nobody decided in time", "逾期未审批"),
    "ready": Message("ready to download", "可下载"),
    "expired": Message("approval is over", "审批已过期"),
    "used_up": Message("downloaded", "已下载"),
    "refused": Message("refused", "已拒绝"),
    "withdrawn": Message("withdrawn", "已撤回"),
}

TEXTS = {
    "exports.title": Message("Exports", "导出"),
    "exports.lead": Message(
        "Lists of customers as files. Values in the clear, and many customers at once, need a second person.",
        "把客户名单导出为文件。导出明文个人信息或大量客户时，需由另一人审批。",
    ),
    "exports.link": Message("Export", "导出"),
    "exports.offer": Message("Export this list", "导出名单"),
    "exports.one": Message("Export {number}", "导出 {number}"),
    "exports.whom": Message("Whom", "范围"),
    "exports.parties": Message("Known by", "身份标识"),
    "exports.personal": Message("Personal values", "个人信息"),
    "exports.personal.none": Message("none", "不含"),
    "exports.personal.unknown": Message("No source tells any.", "没有数据源提供个人信息。"),
    "exports.masked": Message("masked", "脱敏"),
    "exports.in_the_clear": Message("in the clear", "明文"),
    "exports.needs_approval": Message("a second person must approve", "需另一人审批"),
    "exports.reason": Message("What is it for?", "用途"),
    "exports.reason.hint": Message(
        "Needed when values are in the clear. Masked, {left} more customers today need no approval.",
        "导出明文时必填。脱敏导出今日还有 {left} 位客户的免审批额度。",
    ),
    "exports.reason.free": Message(
        "Masked, {left} more customers today need no approval and no reason.",
        "脱敏导出今日还有 {left} 位客户的额度，无需审批，也无需填写用途。",
    ),
    "exports.reason.over": Message(
        "So many customers need the approval of a second person; {left} more today would need none.",
        "导出这么多客户需由另一人审批；今日免审批额度还剩 {left} 位。",
    ),
    "exports.kept": Message(
        "The reason is kept for good: name no customer in it.", "用途会永久保留，请勿写入客户信息。"
    ),
    "exports.go": Message("Download {count} customers", "下载 {count} 位客户", one="Download 1 customer"),
    "exports.ask": Message(
        "Ask to export {count} customers", "申请导出 {count} 位客户", one="Ask to export 1 customer"
    ),
    "exports.asked_at": Message("Asked", "申请时间"),
    "exports.asked_by": Message("Asked by", "申请人"),
    "exports.state": Message("State", "状态"),
    "exports.waiting": Message("Waiting for you", "待我审批"),
    "exports.waiting.none": Message("Nothing waits for you.", "没有待审批的申请。"),
    "exports.waiting.count": Message(
        "{count} exports wait for you", "{count} 个导出待审批", one="1 export waits for you"
    ),
    "exports.mine": Message("Mine", "我的导出"),
    "exports.mine.none": Message("You have not exported anything", "您还没有导出过名单"),
    "exports.mine.none.hint": Message(
        "Choose customers on the list, then “Export”.", "在客户列表选好范围后，点“导出”。"
    ),
    "exports.decided": Message("Decided, and over", "已处理"),
    "exports.scope": Message("Sees only", "可见范围"),
    "exports.decided_by": Message("Decided by", "审批人"),
    "exports.until": Message("Until", "有效期至"),
    "exports.left": Message("{count} downloads left", "还可下载 {count} 次", one="1 download left"),
    "exports.look": Message("See these customers on the list", "在列表中查看这些客户"),
    "exports.waits": Message(
        "Somebody else who may approve exports sees this request and decides.",
        "其他有审批权限的同事会看到此申请并作出决定。",
    ),
    "exports.over.lapsed": Message("Nobody decided within 14 days.", "14 天内无人审批。"),
    "exports.over.expired": Message("The time it was approved for is over.", "审批有效期已过。"),
    "exports.over.used_up": Message("All its downloads are used.", "下载次数已用完。"),
    "exports.over.refused": Message("It was refused; the reason stands above.", "申请被拒绝，原因见上。"),
    "exports.again": Message("Open the list to ask anew", "打开列表重新申请"),
    "exports.download": Message("Download", "下载"),
    "exports.withdraw": Message("Withdraw", "撤回"),
    "exports.decide": Message("Your decision", "审批"),
    "exports.decide.hint": Message(
        "If you approve, {name} can download the file {downloads} times within {hours} hours, for the customers "
        "they see then.",
        "批准后，{name} 可在 {hours} 小时内下载 {downloads} 次，内容以其届时可见的客户为准。",
    ),
    "exports.because": Message("Your reason (needed when you refuse)", "审批意见（拒绝时必填）"),
    "exports.approve": Message("Approve", "批准"),
    "exports.refuse": Message("Refuse", "拒绝"),
    **{f"exports.state.{name}": text for name, text in STATES.items()},
}
