"""Who meets a condition, how many they are, what is at stake, and why each is among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from keepwell.access.model import Viewer
from keepwell.answers.persons import Person, persons_of
from keepwell.answers.sight import Sight, visible_customers
from keepwell.catalog.kinds import Reason, Segment
from keepwell.core.errors import LimitExceeded, NotFound
from keepwell.core.nearest import did_you_mean
from keepwell.language.check import Checked, check
from keepwell.language.evaluate import evaluate
from keepwell.language.explain import explain
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Type, Value

if TYPE_CHECKING:
    import ibis.expr.types as ir

PAGE_ROWS_MAX = 500


@dataclass(frozen=True, slots=True)
class Found:
    """One customer of an answer.

    ``reasons`` are the segment's reasons that hold, most telling first; ``because`` are the parts of the condition
    that decided, as canonical text.
    """

    customer_id: str
    person: Person
    values: Mapping[str, Value]
    reasons: tuple[Reason, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """``count`` of ``of`` visible customers meet the condition; ``worth_minor`` is the sum of the field ``worth``."""

    count: int
    of: int
    worth: str | None
    worth_minor: int | None
    by_reason: Mapping[str, int]
    found: tuple[Found, ...]
    next_after: int | None


def ask(
    sight: Sight,
    viewer: Viewer,
    expression: str,
    *,
    worth: str | None = None,
    sort: str | None = None,
    limit: int = 20,
    after: int = 0,
) -> Answer:
    """Answer an expression over customers. ``worth`` names a money field to add up and to sort by.

    Raises ExpressionRefused with all that is wrong with the expression.
    """
    condition = check(expression, sight.plan.customer_record(), expect=Type.FLAG)
    question = _Question(condition, sort=sort or worth, worth=worth, limit=limit, after=after)
    return _answer(sight, viewer, question)


def members(
    sight: Sight,
    viewer: Viewer,
    segment: str,
    *,
    narrowed_by: str | None = None,
    reason: str | None = None,
    sort: str | None = None,
    limit: int = 50,
    after: int = 0,
) -> Answer:
    """The members of a segment with their reasons, those most worth first.

    ``narrowed_by`` is an expression they must meet too; ``reason`` leaves those for whom that reason of the
    segment holds. Raises ExpressionRefused with all that is wrong with the expression.
    """
    definition = sight.plan.segments.get(segment)
    if definition is None:
        raise NotFound(
            f"the plan has no segment `{segment}`", hint=did_you_mean(segment, sight.plan.segments)
        )
    reasons = _reasons(sight, definition)
    also = [check(narrowed_by, sight.plan.customer_record(), expect=Type.FLAG)] if narrowed_by else []
    worth = definition.worth
    question = _Question(
        sight.plan.checked(segment, "segment")["where"],
        reasons,
        also=tuple(also),
        only=_only(reasons, reason),
        sort=sort or worth,
        worth=worth,
        limit=limit,
        after=after,
    )
    return _answer(sight, viewer, question)


def _only(reasons: Sequence[tuple[Reason, Checked]], name: str | None) -> Checked | None:
    if name is None:
        return None
    for reason, when in reasons:
        if reason.name == name:
            return when
    raise NotFound(
        f"there is no reason `{name}`", hint=did_you_mean(name, [reason.name for reason, _ in reasons])
    )


def _reasons(sight: Sight, segment: Segment) -> tuple[tuple[Reason, Checked], ...]:
    checked = sight.plan.checked(segment.name, "segment")
    return tuple(
        (reason, checked[f"reasons[{number}].when"]) for number, reason in enumerate(segment.reasons)
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """A condition, narrowed by ``also`` and then by the reason ``only``, with how to sort and page its answer."""

    condition: Checked
    reasons: Sequence[tuple[Reason, Checked]] = ()
    also: Sequence[Checked] = ()
    only: Checked | None = None
    worth: str | None = None
    sort: str | None = None
    limit: int = 20
    after: int = 0


def _answer(sight: Sight, viewer: Viewer, question: _Question) -> Answer:
    if question.limit > PAGE_ROWS_MAX:
        raise LimitExceeded(f"at most {PAGE_ROWS_MAX} rows at a time", hint="page through the rest")
    everybody = visible_customers(sight, viewer)
    conditions = (question.condition, *question.also)
    matching = everybody.filter(*(to_ibis(part, everybody, sight.as_of) for part in conditions))
    by_reason = _by_reason(sight, matching, question.reasons)
    if question.only is not None:
        matching = matching.filter(to_ibis(question.only, matching, sight.as_of))
    totals = _totals(sight, matching, question.worth)
    page = matching.order_by(*_order(sight, matching, question.sort))
    rows = sight.snapshot.engine.collect(page.limit(question.limit, offset=question.after)).to_pylist()
    persons = persons_of(sight, viewer, [row["customer_id"] for row in rows])
    count, following = int(totals["count"] or 0), question.after + question.limit
    return Answer(
        count=count,
        of=int(str(sight.snapshot.engine.value(everybody.count()))),
        worth=question.worth,
        worth_minor=totals.get("worth"),
        by_reason=by_reason,
        found=tuple(_found(sight, row, persons[row["customer_id"]], question) for row in rows),
        next_after=following if following < count else None,
    )


def _totals(sight: Sight, matching: ir.Table, worth: str | None) -> dict[str, int | None]:
    figures = {"count": matching.count()}
    if worth:
        figures["worth"] = matching[worth].sum().cast("decimal(38, 0)").try_cast("int64")
    totals: dict[str, int | None] = sight.snapshot.engine.collect(matching.aggregate(**figures)).to_pylist()[
        0
    ]
    return totals


def _by_reason(sight: Sight, matching: ir.Table, reasons: Sequence[tuple[Reason, Checked]]) -> dict[str, int]:
    """How many have each reason, before one of them is chosen."""
    if not reasons:
        return {}
    figures = {
        reason.name: to_ibis(when, matching, sight.as_of).sum().cast("int64") for reason, when in reasons
    }
    counts = sight.snapshot.engine.collect(matching.aggregate(**figures)).to_pylist()[0]
    return {name: int(count or 0) for name, count in counts.items()}


def _order(sight: Sight, customers: ir.Table, sort: str | None) -> list[ir.Value]:
    """By a field, greatest first (``-field``: smallest first), missing values last; then by id, so pages agree."""
    by_id = customers.customer_id.asc()
    if sort is None:
        return [by_id]
    name, descending = sort.removeprefix("-"), not sort.startswith("-")
    if name not in sight.plan.customer_record().fields:
        known = sight.plan.customer_record().fields
        raise NotFound(f"customers have no field `{name}` to sort by", hint=did_you_mean(name, known))
    column = customers[name]
    return [column.desc(nulls_first=False) if descending else column.asc(nulls_first=False), by_id]


def _found(sight: Sight, row: dict[str, Value], person: Person, question: _Question) -> Found:
    values = values_of(row)
    held = tuple(reason for reason, when in question.reasons if evaluate(when, values, sight.as_of) is True)
    decisive = explain(question.condition, values, sight.as_of).decisive()
    return Found(str(row["customer_id"]), person, values, held, tuple(leaf.text for leaf in decisive))


def values_of(row: Mapping[str, Value]) -> dict[str, Value]:
    """A snapshot's row as the language takes it: moments aware, in UTC."""
    return {name: as_value(value) for name, value in row.items()}


def as_value(value: Value) -> Value:
    """A lake value as the language takes it."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
