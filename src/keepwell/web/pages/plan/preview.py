"""What publishing would do, as pages show it: to segments, to values of fields, to the rows of sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from keepwell.answers.consequences import Mover, Moves, Side, Untold, Values, moves, values
from keepwell.answers.other_plan import Comparing
from keepwell.answers.wording import MISSING, money_text, value_text
from keepwell.catalog.compare import Different, How, differences, segments_that_differ
from keepwell.catalog.kinds import Rhythm
from keepwell.catalog.plan import Plan
from keepwell.core.errors import Problem
from keepwell.language.types import Value
from keepwell.runs.source_trial import SourceTrial, try_source
from keepwell.web.page import Page
from keepwell.web.trials import TrialView, trial_view
from keepwell.web.wording import person_text

SEGMENTS_MAX = 8
FIELDS_MAX = 12
SOURCES_MAX = 3
LISTED_MAX = 30
OF_CUSTOMERS = frozenset({"measure", "field", "rhythm", "ranking"})
"""Kinds whose values a preview compares; a tag has those that people gave it."""


@dataclass(frozen=True, slots=True)
class MoverView:
    """Somebody who would enter or leave."""

    customer_id: str
    shown: str
    worth: str


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment before and after, in words; ``figures`` are (what, before, after)."""

    name: str
    label: str
    moves: Moves
    figures: tuple[tuple[str, str, str], ...]
    entering: tuple[MoverView, ...]
    leaving: tuple[MoverView, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field's values before and after; ``rows`` are (value or place, before, after)."""

    name: str
    label: str
    values: Values
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source's rows as they would be taken, and as they are taken now."""

    name: str
    label: str
    trial: SourceTrial
    after: TrialView
    before: TrialView | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a publication would do, as far as it can be told without a run.

    ``others`` are definitions that are different besides; ``untold`` says what only a run can tell. ``as_of`` is
    empty where there is no snapshot yet.
    """

    as_of: str
    segments: tuple[SegmentView, ...] = ()
    more_segments: tuple[str, ...] = ()
    fields: tuple[FieldView, ...] = ()
    sources: tuple[SourceView, ...] = ()
    others: tuple[tuple[str, str, str, How], ...] = ()
    many_others: int = 0
    untold: tuple[Problem, ...] = ()
    only_texts: bool = False


def preview_of(page: Page, before: Plan, after: Plan) -> Preview:
    """What ``after`` would do in the place of ``before``."""
    different = differences(before, after)
    meant = [each for each in different if each.how is not How.TEXTS]
    made = Preview("", only_texts=bool(different) and not meant)
    made = replace(made, sources=_sources(page, before, after, meant))
    made = _with_others(page, made, before, after, different)
    if page.web.sights.snapshots.current() is None:
        return made
    with page.sight() as sight:
        as_of = page.reader.moment(sight.snapshot.info.as_of, sight.plan.settings.zone)
        made = replace(made, as_of=as_of)
        comparing = Comparing(sight, page.signed_in)
        made = _with_segments(page, comparing, made, before, after)
        return _with_fields(page, comparing, made, (before, after), meant)


def _with_segments(page: Page, comparing: Comparing, made: Preview, before: Plan, after: Plan) -> Preview:
    names = segments_that_differ(before, after)
    views: list[SegmentView] = []
    untold: list[Problem] = []
    for name in names[:SEGMENTS_MAX]:
        found = moves(comparing, before, after, name)
        if isinstance(found, Untold):
            untold += [replace(problem, field=name) for problem in found.problems]
        else:
            views.append(_segment(page, after if name in after.segments else before, found))
    more = tuple(
        (after if name in after.segments else before).label(name, page.reader.language, "segment")
        for name in names[SEGMENTS_MAX:]
    )
    return replace(made, segments=tuple(views), more_segments=more, untold=(*made.untold, *untold))


def _segment(page: Page, plan: Plan, found: Moves) -> SegmentView:
    say, number = page.reader.say, page.reader.number

    def size(side: Side | None) -> str:
        return MISSING if side is None else number(side.size)

    def worth(side: Side | None) -> str:
        return MISSING if side is None or side.worth_minor is None else money(side.worth_minor)

    def money(minor: int | None) -> str:
        return "" if minor is None else money_text(plan, minor, page.reader.language)

    def mover(each: Mover) -> MoverView:
        return MoverView(each.customer_id, person_text(each.person), money(each.worth_minor))

    figures = [(say("plan.preview.members"), size(found.before), size(found.after))]
    if any(side and side.worth for side in (found.before, found.after)):
        figures.append((say("people.worth"), worth(found.before), worth(found.after)))
    return SegmentView(
        name=found.name,
        label=plan.label(found.name, page.reader.language, "segment"),
        moves=found,
        figures=tuple(figures),
        entering=tuple(map(mover, found.first_entering)),
        leaving=tuple(map(mover, found.first_leaving)),
    )


def _with_fields(
    page: Page, comparing: Comparing, made: Preview, plans: tuple[Plan, Plan], meant: Iterable[Different]
) -> Preview:
    """Those that are themselves different; what wakes or falls asleep with them is only named."""
    names: list[str] = []
    for each in meant:
        if each.kind in OF_CUSTOMERS and each.how not in {How.ASLEEP, How.AWAKE}:
            names += _given_by(plans[0] if each.how is How.GONE else plans[1], each)
    found = values(comparing, *plans, names[:FIELDS_MAX]) if names else []
    if isinstance(found, Untold):
        return replace(made, untold=(*made.untold, *found.problems))
    return replace(made, fields=tuple(_field(page, plans, each) for each in found))


def _given_by(plan: Plan, each: Different) -> list[str]:
    definition = plan.definition(each.name, each.kind)
    return list(definition.field_names()) if isinstance(definition, Rhythm) else [each.name]


def _field(page: Page, plans: tuple[Plan, Plan], found: Values) -> FieldView:
    before, after = (found.name in plan.customer_record().fields for plan in plans)
    shown_by = plans[1] if after else plans[0]
    say, number, language = page.reader.say, page.reader.number, page.reader.language

    def text(value: Value) -> str:
        return (
            say("plan.preview.missing")
            if value is None
            else value_text(shown_by, found.name, value, language)
        )

    if found.counted:
        rows = [(text(each.value), number(each.before), number(each.after)) for each in found.counted]
    else:
        missing = (found.of - found.filled_before, found.of - found.filled_after)
        rows = [(say("plan.preview.missing"), number(missing[0]), number(missing[1]))]
        for place, (was, will) in found.spread.items():
            sides = [MISSING if value is None else text(value) for value in (was, will)]
            rows.append((say(f"plan.preview.{place}"), sides[0], sides[1]))
    if not before:
        rows = [(what, MISSING, is_now) for what, _, is_now in rows]
    if not after:
        rows = [(what, was, MISSING) for what, was, _ in rows]
    return FieldView(found.name, shown_by.label(found.name, language), found, tuple(rows))


def _sources(page: Page, before: Plan, after: Plan, meant: Sequence[Different]) -> tuple[SourceView, ...]:
    found = [each.name for each in meant if each.kind == "source" and each.name in after.sources]
    if not found:
        return ()
    views = []
    with page.web.deployment.place(now=page.web.clock()) as place:
        for name in found[:SOURCES_MAX]:
            tried = try_source(replace(place, plan=after), name)
            was = try_source(replace(place, plan=before), name) if name in before.sources else None
            views.append(
                SourceView(
                    name=name,
                    label=after.label(name, page.reader.language, "source"),
                    trial=tried,
                    after=trial_view(page.reader, after, name, tried.tried),
                    before=trial_view(page.reader, before, name, was.tried) if was else None,
                )
            )
    return tuple(views)


def _with_others(
    page: Page, made: Preview, before: Plan, after: Plan, different: Sequence[Different]
) -> Preview:
    """What is different, each definition with its label."""
    listed = []
    for each in different[:LISTED_MAX]:
        plan = before if each.how is How.GONE else after
        listed.append(
            (each.kind, each.name, plan.label(each.name, page.reader.language, each.kind), each.how)
        )
    return replace(made, others=tuple(listed), many_others=max(0, len(different) - LISTED_MAX))
