"""A literal takes the type of what it meets; nothing else is coerced, but for a whole beside a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import localcontext

from keepwell.language.findings import Findings, shown
from keepwell.language.nodes import Flag, Node, Number, Text
from keepwell.language.parse import MAX_LENGTH
from keepwell.language.typed import PASSING, Apply, Constant, Operation, Typed
from keepwell.language.types import MAX_NUMBER, MAX_WHOLE, MIN_WHOLE, Type


def constant(node: Number | Text | Flag, findings: Findings) -> Constant | None:
    """A literal in its own type: whole or number, text, flag."""
    match node:
        case Flag(value):
            return Constant(value, Type.FLAG, node)
        case Text(value):
            return Constant(value, Type.TEXT, node)
        case Number() if node.is_whole:
            whole = int(node.text)
            if MIN_WHOLE <= whole <= MAX_WHOLE:
                return Constant(whole, Type.WHOLE, node)
            findings.complain(
                node, "this whole number does not fit in 64 bits", "write it with decimals: 1.0"
            )
        case Number():
            number = float(node.value)
            if abs(number) <= MAX_NUMBER:
                return Constant(number, Type.NUMBER, node)
            findings.complain(node, "this number is greater than the greatest float64", None)
    return None


def convert(node: Typed, target: Type, findings: Findings) -> Typed | None:
    """``node`` as ``target``: as it is, widened, or as a literal of that type; None where it cannot be.

    A literal of the right kind that is wrong in itself (no such day, too many decimals) is complained about
    and becomes a stand-in, so that one mistake gives one error.
    """
    if node.type is target:
        return node
    if isinstance(node, Constant):
        return _literal(node, target, findings)
    if isinstance(node, Apply) and node.operation in PASSING:
        first = PASSING[node.operation]
        kept, passed = node.arguments[:first], node.arguments[first:]
        converted = [convert(part, target, findings) for part in passed]
        if all(part is not None for part in converted):
            done = tuple(part for part in converted if part is not None)
            return replace(node, arguments=kept + done, type=target)
        return None
    if node.type is Type.WHOLE and target is Type.NUMBER:
        return Apply(Operation.WIDEN, (node,), Type.NUMBER, node.source)
    return None


def alike(parts: Sequence[Typed], findings: Findings) -> tuple[Typed, ...] | None:
    """All parts in one type, or None where they have none in common."""
    types = {part.type for part in parts}
    fixed = {part.type for part in parts if not _is_literal(part)} or types
    if Type.NUMBER in types and fixed <= {Type.WHOLE, Type.NUMBER}:
        fixed = {Type.NUMBER}
    if len(fixed) > 1:
        return None
    [target] = fixed
    converted = [convert(part, target, findings) for part in parts]
    done = tuple(part for part in converted if part is not None)
    return done if len(done) == len(parts) else None


def _is_literal(node: Typed) -> bool:
    if isinstance(node, Apply) and node.operation in PASSING:
        return all(_is_literal(part) for part in node.arguments[PASSING[node.operation] :])
    return isinstance(node, Constant)


def _literal(literal: Constant, target: Type, findings: Findings) -> Typed | None:
    source = literal.source
    match source, target:
        case Number(), Type.NUMBER:
            return Constant(float(source.value), target, source)
        case Number(), Type.MONEY:
            return Constant(_minor(source, findings), target, source)
        case Text(text), Type.DAY:
            return Constant(_day(text, source, findings), target, source)
        case Text(text), Type.MOMENT:
            day = Constant(_day(text, source, findings), Type.DAY, source)
            return Apply(Operation.START_OF_DAY, (day,), target, source)
    return None


def _minor(source: Number, findings: Findings) -> int:
    currency = findings.record.currency
    if source.is_percentage:
        findings.complain(source, "a percentage is no amount of money", "write the amount, or multiply by it")
        return 0
    with localcontext(prec=MAX_LENGTH):
        minor = source.value * currency.minor_per_major
    if not MIN_WHOLE <= minor <= MAX_WHOLE:
        findings.complain(source, "this amount of money does not fit in 64 bits", None)
        return 0
    if minor != int(minor):
        decimals = f"{currency.exponent} decimals" if currency.exponent else "no decimals"
        findings.complain(source, f"{currency.code} has {decimals}, this amount has more", "round it")
        return 0
    return int(minor)


def _day(text: str, source: Node, findings: Findings) -> date:
    hint = "days are written '2026-01-31'"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            hint = "the calendar has no such day"
    findings.complain(source, f"{shown(source)} is no day", hint)
    return date.min
