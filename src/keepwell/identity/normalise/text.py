"""What spreadsheets and input methods do to a value, undone."""

from __future__ import annotations

import re
import unicodedata

MASKS = "*＊•●×✱∗"
_WRAPPED = re.compile(r'^=\s*"(.*)"$', re.DOTALL)
_ROUNDED = re.compile(r"^[+-]?\d+(?:\.\d+)?[Ee]\+?\d+$")
_PLACEHOLDERS = frozenset(
    "无 無 没有 未知 不详 暂无 未提供 未填写 未填 空 保密 匿名 匿名用户 测试 测试用户 先生 女士 小姐 散客 客户 顾客 会员 游客 路人 本人 "
    "none null nil na n/a nan unknown anonymous test tester guest customer undefined xxx xx x".split()
)


def narrow(text: str) -> str:
    """Full-width letters and digits made ASCII, invisible characters dropped, ``="…"`` and ``'`` taken off, trimmed."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn"))
    text = text.strip()
    if wrapped := _WRAPPED.match(text):
        text = wrapped.group(1).strip()
    return text.lstrip("'‘’`").strip()


def is_placeholder(text: str) -> bool:
    """Whether a narrowed text only stands for a missing value."""
    bare = text.strip(" -_—–.。/\\?？#*()[]<>").lower()
    return not bare or bare in _PLACEHOLDERS


def is_rounded(text: str) -> bool:
    """Whether a narrowed text is a number in the E notation of spreadsheets."""
    return _ROUNDED.match(text) is not None
