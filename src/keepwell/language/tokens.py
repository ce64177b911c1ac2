"""Text into tokens. Slips of the hand (SQL, other languages, a Chinese keyboard) are read or explained."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from keepwell.core.errors import Problem
from keepwell.language.nodes import Span

KEYWORDS = frozenset(
    ("and", "between", "contains", "false", "in", "is", "like", "missing", "not", "null", "or", "starts")
) | {"true", "with"}
"""Words that a bare name may not be. ``null`` and ``like`` mean nothing here and are kept to be explained."""

BARE_NAME = re.compile(r"[a-z_][a-z0-9_]*")

_FULL_WIDTH = str.maketrans("（），＝＜＞！＋－＊／％", "(),=<>!+-*/%")
"""What a Chinese keyboard gives for the language's own signs; read as them."""

_SLIPS = {
    "==": "=",
    "&&": "and",
    "||": "or",
    "!": "not",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "、": ",",
    "×": "*",
}
_SLIPS |= {"÷": "/", "＆＆": "and", "｜｜": "or"}
"""Signs from elsewhere and what they are read as after the complaint, so that later errors are found too."""

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n\u00a0\u3000\ufeff]+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)[%％]?[\w.]*)
    | (?P<text>'(?:[^']|'')*'?)
    | (?P<quoted>"(?:[^"]|"")*"?)
    | (?P<curly>[‘’“”＇＂][^‘’“”＇＂'"]*[‘’“”＇＂]?)
    | (?P<word>[^\W\d]\w*)
    | (?P<slip>==|＝＝|&&|＆＆|\|\||｜｜|[!！](?![=＝])|[≥≤≠、×÷])
    | (?P<symbol>[<＜][=＝>＞]|[>＞][=＝]|[!！][=＝]|[=<>+\-*/(),（），＝＜＞＋－＊／])
    | (?P<bad>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""", re.DOTALL)
_NUMBER = re.compile(r"([0-9]*)(?:\.([0-9]+))?(%?)", re.ASCII)


class Kind(Enum):
    """What a token is."""

    NUMBER = "a number"
    TEXT = "a text"
    NAME = "a name"
    KEYWORD = "a keyword"
    SYMBOL = "a sign"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``text`` is the sign or keyword itself, or what a name, number or quoted text holds."""

    kind: Kind
    text: str
    span: Span
    quoted: bool = False

    def __str__(self) -> str:
        if self.kind is Kind.END:
            return "the end"
        return f"'{shorten(self.text)}'" if self.kind is Kind.TEXT else f"`{shorten(self.text)}`"


def tokens(text: str) -> tuple[list[Token], list[Problem]]:
    """All tokens, ending in ``END``, and everything that is wrong with single ones."""
    found: list[Token] = []
    problems: list[Problem] = []
    line, line_start = 1, 0
    for match in _TOKEN.finditer(text):
        span = Span(line, match.start() - line_start + 1)
        raw, group = match[0], match.lastgroup
        if breaks := raw.count("\n"):
            line += breaks
            line_start = match.start() + raw.rindex("\n") + 1
        if group == "space":
            continue
        token, problem = _token(group or "bad", raw, span)
        if problem is not None:
            what, hint = problem
            problems.append(Problem(what, line=span.line, column=span.column, hint=hint))
        if token is not None:
            found.append(token)
    found.append(Token(Kind.END, "", Span(line, len(text) - line_start + 1)))
    return found, problems


_Read = tuple[Token | None, tuple[str, str | None] | None]


def _token(group: str, raw: str, span: Span) -> _Read:
    match group:
        case "number":
            return _number(raw, span)
        case "text" | "quoted":
            return _quoted(raw, span, is_name=group == "quoted")
        case "curly":
            inner = raw.strip("‘’“”＇＂")
            return Token(Kind.TEXT, inner, span), (
                f"{raw[0]} is no quotation mark of this language",
                f"write '{shorten(inner)}' for a text, or \"{shorten(inner)}\" for a field",
            )
        case "word":
            return _word(raw, span)
        case "symbol":
            plain = raw.translate(_FULL_WIDTH)
            return Token(Kind.SYMBOL, "!=" if plain == "<>" else plain, span), None
        case "slip":
            meant = _SLIPS[raw.translate(_FULL_WIDTH)]
            kind = Kind.KEYWORD if meant.isalpha() else Kind.SYMBOL
            return Token(kind, meant, span), (f"`{raw}` is not part of this language", f"write `{meant}`")
    stand_in = Token(Kind.NUMBER, "0", span) if raw.isdigit() else None
    return stand_in, _explained(raw)


def _number(raw: str, span: Span) -> _Read:
    match = _NUMBER.fullmatch(raw.translate(_FULL_WIDTH))
    if match is None:
        hint = "write all its digits" if re.match(r"[0-9.]+[eE][0-9]*$", raw) else None
        if days := re.match(r"([0-9]+)d$", raw):
            hint = f"spans of time are whole days: write {days[1]}"
        return Token(Kind.NUMBER, "0", span), (f"`{shorten(raw)}` is neither a number nor a name", hint)
    whole, decimals, percent = match.groups()
    text = whole.lstrip("0") or "0"
    if decimals is not None:
        text += "." + (decimals.rstrip("0") or "0")
    return Token(Kind.NUMBER, text + percent, span), None


def _quoted(raw: str, span: Span, *, is_name: bool) -> _Read:
    quote = raw[0]
    is_closed = _CLOSED.fullmatch(raw) is not None
    inner = raw[1:-1] if is_closed else raw[1:]
    value = unicodedata.normalize("NFC", inner.replace(quote * 2, quote))
    token = Token(Kind.NAME if is_name else Kind.TEXT, value, span, quoted=True)
    if not is_closed:
        return token, (f"the {quote} here is never closed", f"a {quote} within quotes is written twice")
    if is_name and not value:
        return token, ('a field\'s name is missing between ""', "the empty text is ''")
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return token, (
            "a quoted text holds a character that no text may hold (NUL or half a surrogate)",
            None,
        )
    return token, None


def _word(raw: str, span: Span) -> _Read:
    word = unicodedata.normalize("NFC", raw)
    if word.lower() in KEYWORDS:
        return Token(Kind.KEYWORD, word.lower(), span), None
    if BARE_NAME.fullmatch(word) or BARE_NAME.fullmatch(word.lower()):
        return Token(Kind.NAME, word, span), None
    plain = unicodedata.normalize("NFKC", word)
    hint = f"write `{plain}`" if plain.isascii() else f'write "{shorten(word)}" in double quotes'
    return Token(Kind.NAME, word, span), (f"`{shorten(word)}` cannot stand bare as a name", hint)


def _explained(raw: str) -> tuple[str, str | None]:
    hints = {
        ";": "an expression is one condition or value, without `;`",
        "%": "a percentage is written without a space: 15%",
        "`": "a field whose name needs quotes stands in double quotes",
        ".": "a name has no dots",
    }
    plain = unicodedata.normalize("NFKC", raw)
    hint = hints.get(plain) or (f"write `{plain}`" if plain.isalnum() and plain != raw else None)
    return f"{raw!r} means nothing here", hint


def shorten(text: str, limit: int = 40) -> str:
    """At most ``limit`` characters of a text, for an error."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
