"""Who meets a condition, how many they are, what is at stake, and why each is among them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from keepwell.access.model import Viewer
from keepwell.answers.matching import order_of, sorted_by
from keepwell.answers.persons import Person, persons_of
from keepwell.answers.sight import Sight, visible_customers
from keepwell.catalog.kinds import Reason, Segment
from keepwell.core.errors import LimitExceeded, NotFound, Refused
from keepwell.core.nearest import did_you_mean
from keepwell.lake.functions import checked_sum
from keepwell.language.check import Checked, check
from keepwell.language.evaluate import evaluate
from keepwell.language.explain import explain
from keepwell.language.to_ibis import to_ibis
from keepwell.language.types import Type, Value

if TYPE_CHECKING:
    import ibis.expr.types as ir

PAGE_ROWS_MAX = 500
MONEY_FIELDS_NAMED = 5
COUNT = "how many"
"""Name of a column made here. No field has a space in its name."""


@dataclass(frozen=True, slots=True)
class Found:
    """One customer of an answer.

    ``values`` are of the fields that were asked about or asked for. ``reasons`` are the segment's reasons that
    hold, most telling first; ``because`` are the parts of the condition that decided, as canonical text.
    """

    customer_id: str
    person: Person
    values: Mapping[str, Value]
    reasons: tuple[Reason, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """``count`` of ``of`` visible customers meet the condition.

    ``worth_minor`` is the sum of the field ``worth`` over those who meet it, ``worth_of_minor`` over all visible.
    """

    count: int
    of: int
    worth: str | None
    worth_minor: int | None
    worth_of_minor: int | None
    by_reason: Mapping[str, int]
    found: tuple[Found, ...]
    next_after: int | None

    @property
    def share(self) -> float | None:
        """``count`` ÷ ``of``; None where there is nobody."""
        return self.count / self.of if self.of else None

    @property
    def worth_share(self) -> float | None:
        """``worth_minor`` ÷ ``worth_of_minor``; None where the whole is not above zero, since no part of it is then."""
        if self.worth_minor is None or self.worth_of_minor is None or self.worth_of_minor <= 0:
            return None
        return self.worth_minor / self.worth_of_minor


def ask(
    sight: Sight,
    viewer: Viewer,
    expression: str,
    *,
    fields: Collection[str] = (),
    worth: str | None = None,
    sort: str | None = None,
    limit: int = 20,
    after: int = 0,
) -> Answer:
    """Answer an expression over customers. ``worth`` names a money field to add up and to sort by.

    ``fields`` are those whose values are wanted of each customer, besides those the question is about.

    Raises ExpressionRefused with all that is wrong with the expression, and NotFound or Refused where ``worth`` or
    ``sort`` cannot be.
    """
    if worth is not None:
        _refuse_other_than_money(sight, worth)
    condition = check(expression, sight.plan.customer_record(), expect=Type.FLAG)
    question = _Question(condition, fields=fields, sort=sort or worth, worth=worth, limit=limit, after=after)
    return _answer(sight, viewer, question)


def members(  # noqa: PLR0913 (each narrows or pages, as an address of the list says it)
    sight: Sight,
    viewer: Viewer,
    segment: str,
    *,
    fields: Collection[str] = (),
    narrowed_by: str | None = None,
    reason: str | None = None,
    sort: str | None = None,
    limit: int = 50,
    after: int = 0,
) -> Answer:
    """The members of a segment with their reasons, those most worth first.

    ``fields`` are those whose values are wanted of each customer, besides those the question is about.
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
        fields=fields,
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
    fields: Collection[str] = ()
    worth: str | None = None
    sort: str | None = None
    limit: int = 20
    after: int = 0


def _answer(sight: Sight, viewer: Viewer, question: _Question) -> Answer:
    if question.limit > PAGE_ROWS_MAX:
        raise LimitExceeded(f"at most {PAGE_ROWS_MAX} rows at a time", hint="page through the rest")
    customers = visible_customers(sight, viewer, _columns(sight, question))
    conditions = (question.condition, *question.also)
    matching = customers.filter(*(to_ibis(part, customers, sight.as_of) for part in conditions))
    everybody = sight.memory.recall(
        ("everybody", viewer.scope, question.worth), lambda: _everybody(sight, customers, question.worth)
    )
    totals = sight.memory.recall(
        _about_everybody(viewer, question), lambda: _totals(sight, matching, question)
    )
    rows = _page(sight, matching, question)
    persons = persons_of(sight, viewer, [row["customer_id"] for row in rows])
    count, following = totals[COUNT] or 0, question.after + question.limit
    return Answer(
        count=count,
        of=everybody[COUNT] or 0,
        worth=question.worth,
        worth_minor=totals.get("worth"),
        worth_of_minor=everybody.get("worth"),
        by_reason={reason.name: totals[f"reason {reason.name}"] or 0 for reason, _ in question.reasons},
        found=tuple(_found(sight, row, persons[row["customer_id"]], question) for row in rows),
        next_after=following if following < count else None,
    )


def _columns(sight: Sight, question: _Question) -> list[str]:
    """What the question is about, and no more: a customer has hundreds of fields."""
    expressions = (question.condition, *question.also, *(when for _, when in question.reasons))
    names = {name for part in expressions for name in part.fields} | {"customer_id"}
    names |= {name for reason, _ in question.reasons for name in reason.placeholders()} | {*question.fields}
    names |= {question.worth} if question.worth else set()
    names |= {sorted_by(sight.plan, question.sort)[0]} if question.sort else set()
    return sorted(names)


def _about_everybody(viewer: Viewer, question: _Question) -> tuple[Hashable, ...]:
    """All that the totals depend on: sorting and paging ask for the same ones again."""
    conditions = (question.condition, *question.also)
    reasons = tuple((reason.name, str(when)) for reason, when in question.reasons)
    only = None if question.only is None else str(question.only)
    return ("totals", viewer.scope, tuple(map(str, conditions)), reasons, only, question.worth)


def _everybody(sight: Sight, customers: ir.Table, worth: str | None) -> dict[str, int | None]:
    """What the part is compared with."""
    figures: dict[str, ir.Value] = {COUNT: customers.count()}
    if worth:
        figures["worth"] = checked_sum(customers[worth])
    [totals] = sight.snapshot.engine.rows(customers.aggregate(**figures))
    return totals


def _totals(sight: Sight, matching: ir.Table, question: _Question) -> dict[str, int | None]:
    """Every count and sum, in one pass. Each reason is counted before one of them is chosen."""
    figures: dict[str, ir.Value] = {
        f"reason {reason.name}": matching.count(where=to_ibis(when, matching, sight.as_of))
        for reason, when in question.reasons
    }
    chosen = None if question.only is None else to_ibis(question.only, matching, sight.as_of)
    figures[COUNT] = matching.count(where=chosen)
    if question.worth:
        figures["worth"] = checked_sum(matching[question.worth], chosen)
    [totals] = sight.snapshot.engine.rows(matching.aggregate(**figures))
    return totals


def _page(sight: Sight, matching: ir.Table, question: _Question) -> list[dict[str, Any]]:
    """The rows of one page, in order."""
    if question.only is not None:
        matching = matching.filter(to_ibis(question.only, matching, sight.as_of))
    in_order = matching.order_by(*order_of(sight.plan, matching, question.sort))
    return sight.snapshot.engine.rows(in_order.limit(question.limit, offset=question.after))


def _refuse_other_than_money(sight: Sight, worth: str) -> None:
    fields = sight.plan.customer_record().fields
    money = [field.name for field in fields.values() if field.type is Type.MONEY]
    if worth not in fields:
        raise NotFound(f"customers have no field `{worth}`", hint=did_you_mean(worth, money))
    if worth not in money:
        few = ", ".join(money[:MONEY_FIELDS_NAMED])
        raise Refused(
            f"`{worth}` is {fields[worth].type}; what is at stake is money",
            hint=f"name a money field, such as {few}" if few else "the plan has no money field",
        )


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
