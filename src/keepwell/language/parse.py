"""Text into a tree of nodes: precedence climbing over the tokens.

From loose to tight: ``or``, ``and``, ``not``, comparisons (they do not chain), ``+ -``, ``* /``, unary ``-``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from keepwell.core.errors import ExpressionRefused, Problem
from keepwell.core.nearest import nearest
from keepwell.language.nodes import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Flag,
    Membership,
    Missing,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Span,
    Text,
    children,
)
from keepwell.language.tokens import KEYWORDS, Kind, Token, tokens

MAX_LENGTH = 10_000
MAX_DEPTH = 50
"""Levels of nesting: what every later step can walk down within Python's own limit of calls."""

MAX_NODES = 2_000
MAX_PROBLEMS = 20

OR, AND, NOT, COMPARE, SUM, PRODUCT, TIGHTEST = range(1, 8)
"""How tightly an operator binds."""

_SYMBOLS = {"=": COMPARE, "!=": COMPARE, "<": COMPARE, "<=": COMPARE, ">": COMPARE, ">=": COMPARE}
_SYMBOLS |= {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
_WORDS = {"or": OR, "and": AND, "in": COMPARE, "not": COMPARE, "between": COMPARE, "is": COMPARE}
_WORDS |= {"contains": COMPARE, "starts": COMPARE, "like": COMPARE}


def parse(text: str) -> Node:
    """The tree of an expression; ``ExpressionRefused`` with every bad token and the first break in syntax."""
    if len(text) > MAX_LENGTH:
        what = f"the expression has {len(text):,} characters; at most {MAX_LENGTH:,} are read"
        raise _refused(what, "name parts of it as fields", Span(1, 1))
    found, problems = tokens(text)
    try:
        node = _Parser(found).whole()
        _hold_limits(node)
    except ExpressionRefused as broken:
        seen = {(problem.line, problem.column) for problem in problems}
        problems += [new for new in broken.problems if (new.line, new.column) not in seen]
    else:
        if not problems:
            return node
    raise refused(problems)


def refused(problems: Iterable[Problem]) -> ExpressionRefused:
    """The error of these problems: each once, in the order of the text, the first twenty."""
    each = sorted(dict.fromkeys(problems), key=lambda problem: (problem.line or 0, problem.column or 0))
    return ExpressionRefused(each[:MAX_PROBLEMS])


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def advance(self) -> Token:
        token = self.token
        self.position += token.kind is not Kind.END
        return token

    def at_end(self) -> bool:
        return self.token.kind is Kind.END

    def at(self, *texts: str) -> bool:
        return self.token.kind in (Kind.SYMBOL, Kind.KEYWORD) and self.token.text in texts

    def take(self, text: str) -> bool:
        taken = self.at(text)
        if taken:
            self.advance()
        return taken

    def whole(self) -> Node:
        if self.at_end():
            self.refuse("the expression is empty", "write a condition, such as orders_90d >= 3")
        node = self.expression(0)
        if not self.at_end():
            self.refuse_rest()
        return node

    def expression(self, power: int) -> Node:
        """Everything from here that binds tighter than ``power``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.refuse(f"more than {MAX_DEPTH} levels deep", "name parts of it as fields")
        left = self.prefix(power)
        while (binds := self.binding()) > power:
            if binds == COMPARE:
                left = self.comparison(left)
                if self.binding() == COMPARE:
                    self.refuse("comparisons do not chain", "join two with `and`: 1 < x and x < 5")
            elif binds in (AND, OR):
                left = self.junction(left, binds)
            else:
                sign = self.advance()
                left = Arithmetic(sign.text, left, self.expression(binds), span=sign.span)
        self.depth -= 1
        return left

    def binding(self) -> int:
        """How tightly the operator at this place binds; 0 where none is."""
        if self.token.kind is Kind.SYMBOL:
            return _SYMBOLS.get(self.token.text, 0)
        return _WORDS.get(self.token.text, 0) if self.token.kind is Kind.KEYWORD else 0

    def junction(self, left: Node, binds: int) -> Node:
        word = "and" if binds == AND else "or"
        span, parts = self.token.span, [left]
        while self.take(word):
            parts.append(self.expression(binds))
        return And(tuple(parts), span=span) if binds == AND else Or(tuple(parts), span=span)

    def comparison(self, left: Node) -> Node:
        operator = self.advance()
        match operator.text:
            case "between":
                low = self.expression(COMPARE)
                self.expect("and", "`and` and the upper end of `between`")
                return Between(left, low, self.expression(COMPARE), span=operator.span)
            case "is":
                negated = self.take("not")
                if self.at("null"):
                    self.refuse("there is no null here", "write `is missing` or `is not missing`")
                self.expect("missing", "`missing`: only `is missing` and `is not missing` follow `is`")
                return Missing(left, negated, span=operator.span)
            case "starts":
                self.expect("with", "`with`")
                return Comparison("starts with", left, self.expression(COMPARE), span=operator.span)
            case "in" | "not":
                return self.membership(left, operator)
            case "like":
                hint = "write `contains 'part'` or `starts with 'part'`, without %"
                self.refuse("there is no like here", hint, operator)
        if self.at("null"):
            self.refuse("there is no null here", "write `is missing` or `is not missing`")
        return Comparison(operator.text, left, self.expression(COMPARE), span=operator.span)

    def membership(self, left: Node, operator: Token) -> Node:
        negated = operator.text == "not"
        if negated and self.at("between", "contains", "starts", "like"):
            hint = f"put `not` before the whole comparison: not (… {self.token.text} …)"
            self.refuse(f"`not` cannot stand before `{self.token.text}`", hint)
        if negated:
            self.expect("in", "`in`")
        self.expect("(", "`(` and a list, such as in ('new', 'lost')")
        return Membership(left, self.listed(), negated, span=operator.span)

    def listed(self) -> tuple[Node, ...]:
        """Values between commas up to the closing parenthesis; at least one."""
        items = [self.expression(0)]
        while self.take(","):
            items.append(self.expression(0))
        self.expect(")", "`,` or `)`")
        return tuple(items)

    def prefix(self, power: int) -> Node:
        token = self.advance()
        match token.kind, token.text:
            case Kind.NUMBER, text:
                return Number(text, span=token.span)
            case Kind.TEXT, text:
                return Text(text, span=token.span)
            case Kind.NAME, text:
                if self.at("(") and not token.quoted:
                    return self.call(token)
                return Name(text, token.quoted, span=token.span)
            case Kind.KEYWORD, "true" | "false":
                return Flag(token.text == "true", span=token.span)
            case Kind.KEYWORD, "not":
                if power > NOT:
                    self.refuse("`not` binds too loosely here", "put it in parentheses: (not …)", token)
                return Not(self.expression(NOT), span=token.span)
            case Kind.SYMBOL, "-":
                return self.negation(token)
            case Kind.SYMBOL, "(":
                inner = self.expression(0)
                self.expect(")", "an operator or `)`")
                return inner
            case _:
                raise self.no_operand(token)

    def negation(self, sign: Token) -> Node:
        if self.token.kind is Kind.NUMBER:
            return Number(f"-{self.advance().text}", span=sign.span)
        return Negate(self.expression(TIGHTEST), span=sign.span)

    def call(self, name: Token) -> Node:
        self.expect("(", "`(`")
        function = name.text.lower()
        if self.take(")"):
            return Call(function, (), span=name.span)
        return Call(function, self.listed(), span=name.span)

    def expect(self, text: str, wanted: str) -> None:
        if not self.take(text):
            self.refuse(f"expected {wanted}, found {self.token}")

    def no_operand(self, token: Token) -> ExpressionRefused:
        hint = None
        if token.kind is Kind.KEYWORD and token.text == "null":
            hint = "there is no null: `is missing` tests for absence"
        elif token.kind is Kind.SYMBOL and token.text == "+":
            hint = "a leading `+` means nothing: leave it out"
        elif token.kind is Kind.KEYWORD:
            hint = f'a field of this name stands in double quotes: "{token.text}"'
        return _refused(f"expected a value, found {token}", hint, token.span)

    def refuse_rest(self) -> NoReturn:
        token, hint = self.token, None
        before = self.tokens[self.position - 1]
        if token.kind is Kind.NAME and not token.quoted and len(token.text) > 1:
            word = nearest(token.text.lower(), KEYWORDS)
            hint = f"did you mean `{word}`?" if word else None
        if token.text == "," and token.kind is Kind.SYMBOL:
            hint = "numbers are written without separators: 1000" if before.kind is Kind.NUMBER else None
        if token.text == "(" and before.kind is Kind.NAME:
            hint = "a function's name stands without quotes"
        self.refuse(f"expected an operator or the end, found {token}", hint)

    def refuse(self, what: str, hint: str | None = None, token: Token | None = None) -> NoReturn:
        raise _refused(what, hint, (token or self.token).span)


def _hold_limits(root: Node) -> None:
    """Refuse a tree with too many nodes or levels; without recursion, for a chain of ``+`` is a deep tree."""
    waiting, count = [(root, 1)], 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        span = node.span or Span(1, 1)
        if depth > MAX_DEPTH:
            what = f"more than {MAX_DEPTH} levels deep"
        elif count > MAX_NODES:
            what = f"more than {MAX_NODES:,} parts"
        else:
            waiting.extend((child, depth + 1) for child in children(node))
            continue
        raise _refused(what, "name parts of it as fields", span)


def _refused(what: str, hint: str | None, span: Span) -> ExpressionRefused:
    return ExpressionRefused(Problem(what, line=span.line, column=span.column, hint=hint))
