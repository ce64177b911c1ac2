"""Units of figures, and kinds of personal values."""

from __future__ import annotations

from keepwell.web.locale.message import Message

TEXTS = {
    "unit.days": Message("days", "天"),
    "unit.times": Message("times", "次"),
    "unit.items": Message("items", "项"),
    "unit.ratio": Message("times", "倍"),
    "kind.phone": Message("phone", "电话"),
    "kind.email": Message("e-mail", "邮箱"),
    "kind.name": Message("name", "姓名"),
    "kind.national_id": Message("national ID", "身份证号"),
    "kind.other": Message("other", "其他"),
}
