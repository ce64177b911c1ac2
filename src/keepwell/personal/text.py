"""What spreadsheets and input methods do to a value, undone."""

from __future__ import annotations

import re
import unicodedata

MASKS = "*×●✱∗"
"""Signs that hide letters or digits, after NFKC."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_WRAPPED = re.compile(r'^=\s*"(.*)"$', re.DOTALL)
_ROUNDED = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[Ee]\+?[0-9]+")
_PLACEHOLDERS_WORDS = """
    无 無 没有 未知 不详 暂无 未提供 未填写 未填 空 保密 匿名 匿名用户 匿名者 测试 測試 测试用户
    先生 女士 小姐 散客 客户 顾客 会员 游客 路人 本人 none null nil na n/a nan unknown anonymous
    test tester testing guest customer undefined noname noemail nomail xx xxx xxxx
"""
_PLACEHOLDERS = frozenset(_PLACEHOLDERS_WORDS.split())


def narrow(text: str) -> str:
    """ASCII for full-width letters and digits; nothing invisible, no ``="…"`` or ``'`` around it; trimmed."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_visible, unicodedata.normalize("NFKC", text)))
    text = text.strip()
    if wrapped := _WRAPPED.match(text):
        text = wrapped.group(1).strip()
    return text.lstrip("'‘’`").strip()


def _visible(letter: str) -> str:
    """The letter itself, a space for a space of any kind, ASCII for a digit of any script, or nothing."""
    if letter.isspace():
        return " "
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return "" if unicodedata.category(letter) in _DROPPED else letter


def is_placeholder(text: str) -> bool:
    """Whether a narrowed text only stands for a missing value."""
    bare = text.strip(" -_—–.。·/\\?？#()[]<>").lower()
    return not bare or bare in _PLACEHOLDERS


def is_rounded(text: str) -> bool:
    """Whether a narrowed text is a number in the E notation of spreadsheets."""
    return _ROUNDED.fullmatch(text) is not None
