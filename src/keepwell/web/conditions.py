"""The form of conditions as a page shows and reads it: rows in the reader's words, kept in step with the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from keepwell.answers.wording import choice_text
from keepwell.catalog.plan import Plan
from keepwell.core.errors import ExpressionRefused, Problem
from keepwell.language.check import check
from keepwell.language.form import (
    ROWS_MAX,
    Compare,
    Form,
    Group,
    Literal,
    Row,
    expression_of,
    form_of,
    is_enterable,
)
from keepwell.language.nodes import Flag, Number, Text
from keepwell.language.parse import MAX_LENGTH, parse
from keepwell.language.show import show
from keepwell.language.types import Field, Type
from keepwell.web.field_names import FieldNames
from keepwell.web.reader import Reader
from keepwell.web.wording import Excerpt, about, excerpt

ORDERED = (
    Compare.EQUAL, Compare.UNEQUAL, Compare.GREATER, Compare.AT_LEAST, Compare.LESS, Compare.AT_MOST,
    Compare.BETWEEN,
)  # fmt: skip
_LISTED = (Compare.ONE_OF, Compare.NONE_OF)
_ABSENCE = (Compare.MISSING, Compare.PRESENT)
_AGO = (
    Compare.DAYS_GREATER,
    Compare.DAYS_AT_LEAST,
    Compare.DAYS_LESS,
    Compare.DAYS_AT_MOST,
    Compare.DAYS_EQUAL,
)
_COUNTS = (Compare.GREATER, Compare.AT_LEAST, Compare.LESS, Compare.AT_MOST, *ORDERED[:2], Compare.BETWEEN)
_ON_TEXT = (Compare.CONTAINS, Compare.CONTAINS_NOT, Compare.STARTS, Compare.STARTS_NOT)
COMPARISONS: Mapping[Type, tuple[Compare, ...]] = {
    Type.WHOLE: (*_COUNTS, *_LISTED, *_ABSENCE),
    Type.NUMBER: (*_COUNTS, *_ABSENCE),
    Type.MONEY: (*_COUNTS, *_ABSENCE),
    Type.TEXT: (*ORDERED[:2], *_ON_TEXT, *_LISTED, *_ABSENCE),
    Type.FLAG: (Compare.HOLDS, Compare.HOLDS_NOT, *_ABSENCE),
    Type.DAY: (*_AGO, *ORDERED, *_ABSENCE),
    Type.MOMENT: (*_AGO, Compare.LESS, Compare.AT_LEAST, *_ABSENCE),
}
"""Type of a field → how rows may compare it, the usual one first."""

_CHOICES = (*ORDERED[:2], *_LISTED, *_ABSENCE)
_FIGURES = frozenset({Type.WHOLE, Type.NUMBER, Type.MONEY})
_TIMES = frozenset({Type.DAY, Type.MOMENT})
_NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as it is filled in, perhaps not wholly. Rows of one ``group`` above 0 stand together."""

    group: int
    field: str
    compare: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a value is entered: a line of a ``kind`` (text, decimal or date), or a choice where there are choices."""

    kind: str
    value: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as the page shows it. ``number`` tells its inputs apart."""

    number: int
    group: int
    field: str
    about: str
    comparisons: tuple[Choice, ...]
    entries: tuple[Entry, ...]
    unit: str
    problems: tuple[Problem, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """The text and the form beside it.

    ``blocks`` are rows by themselves or those of a group; None where the text cannot be shown as a form.
    """

    text: str
    every: bool
    blocks: tuple[tuple[RowView, ...], ...] | None
    wrong: tuple[Excerpt, ...]
    has_room: bool = True


def editor_of_text(reader: Reader, plan: Plan, names: FieldNames, text: str) -> Editor:
    """The form beside a text."""
    wrong = _wrong(plan, text)
    try:
        form = form_of(parse(text)) if text.strip() else Form(every=True, parts=())
    except ExpressionRefused:
        form = None
    if form is None:
        return Editor(text, every=True, blocks=None, wrong=wrong)
    return _editor(reader, plan, names, text, drafts_of(names, form), wrong, every=form.every)


def editor_of_rows(
    reader: Reader, plan: Plan, names: FieldNames, *, every: bool, drafts: Sequence[Draft]
) -> Editor:
    """The text beside a form; rows that are not filled in yet stay in the form and out of the text."""
    text = text_of(plan, names, every=every, drafts=drafts)
    wrong = _wrong(plan, text)
    return _editor(reader, plan, names, text, drafts, wrong, every=every)


def text_of(plan: Plan, names: FieldNames, *, every: bool, drafts: Sequence[Draft]) -> str:
    """The expression that the filled-in rows say; empty where there is none."""
    groups: dict[int, list[Row]] = {}
    order: list[int] = []
    for number, draft in enumerate(drafts):
        row = row_of(plan, names, draft)
        key = draft.group or -1 - number
        if key not in groups:
            order.append(key)
        groups.setdefault(key, []).extend([row] if row else [])
    parts: list[Row | Group] = []
    for key in order:
        rows = groups[key]
        parts += [Group(tuple(rows))] if len(rows) > 1 else rows
    return show(expression_of(Form(every, tuple(parts)))) if parts else ""


def drafts_of(names: FieldNames, form: Form) -> list[Draft]:
    """The rows of a form as they stand in the page."""
    found: list[Draft] = []
    groups = 0
    for part in form.parts:
        groups += isinstance(part, Group)
        for row in part.rows if isinstance(part, Group) else (part,):
            shown = names.shown.get(row.field, row.field)
            group = groups if isinstance(part, Group) else 0
            found.append(Draft(group, shown, row.compare.value, tuple(map(_entered, row.values))))
    return found


def row_of(plan: Plan, names: FieldNames, draft: Draft) -> Row | None:
    """The condition of a row; None where it is not wholly filled in."""
    if not (name := names.name_of(draft.field)) or draft.compare not in set(Compare):
        return None
    compare, field = Compare(draft.compare), plan.customer_record().fields.get(name)
    least, most = compare.values_wanted
    values = [_literal(compare, field, value) for value in draft.values if value.strip()][:most]
    whole = len(values) >= least and all(map(is_enterable, values))
    return Row(name, compare, tuple(values)) if whole else None


def _entered(value: Literal) -> str:
    match value:
        case Number(text):
            return text
        case Text(text):
            return text
        case Flag(flag):
            return "true" if flag else "false"


def _literal(compare: Compare, field: Field | None, entered: str) -> Literal:
    """What was entered as a literal for this field; what does not fit becomes a text, and the checker complains."""
    clean = unicodedata.normalize("NFC", re.sub(r"[\0\r\n\ud800-\udfff]+", " ", entered))
    type_ = Type.WHOLE if compare.counts_days else field.type if field else None
    if type_ is Type.FLAG and clean in {"true", "false"}:
        return Flag(clean == "true")
    plain = unicodedata.normalize("NFKC", clean).strip()
    if (type_ in _FIGURES or type_ is None) and re.search("[0-9]", plain) and _NUMBER.fullmatch(plain):
        number = parse(plain.replace(",", ""))
        return number if isinstance(number, Number) else Text(clean)
    return Text(clean.strip() if type_ in _FIGURES | _TIMES else clean)


def _wrong(plan: Plan, text: str) -> tuple[Excerpt, ...]:
    if not text.strip():
        return ()
    try:
        check(text, plan.customer_record(), expect=Type.FLAG)
    except ExpressionRefused as refused:
        return tuple(excerpt(text, problem) for problem in refused.problems)
    return ()


def _editor(
    reader: Reader,
    plan: Plan,
    names: FieldNames,
    text: str,
    drafts: Sequence[Draft],
    wrong: tuple[Excerpt, ...],
    *,
    every: bool,
) -> Editor:
    blocks: list[list[RowView]] = []
    for number, draft in enumerate(drafts):
        row = _view(reader, plan, names, number, draft)
        together = bool(blocks) and draft.group > 0 and blocks[-1][0].group == draft.group
        if together:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return Editor(text, every, tuple(tuple(block) for block in blocks), wrong, len(drafts) < ROWS_MAX)


def _view(reader: Reader, plan: Plan, names: FieldNames, number: int, draft: Draft) -> RowView:
    name = names.name_of(draft.field)
    field = plan.customer_record().fields.get(name)
    compare = Compare(draft.compare) if draft.compare in set(Compare) else None
    row = row_of(plan, names, draft)
    return RowView(
        number,
        draft.group,
        names.shown.get(name, draft.field),
        about(reader, plan, name) if field else "",
        tuple(
            Choice(each.value, _compare_text(reader, field, each), each is compare)
            for each in comparisons_for(field, compare)
        ),
        tuple(_entries(reader, plan, field, compare, draft.values)) if compare else (),
        _unit(reader, plan, name, compare) if field else "",
        _problems(plan, row),
        row is not None,
    )


def comparisons_for(field: Field | None, chosen: Compare | None = None) -> tuple[Compare, ...]:
    """How rows may compare a field; what is chosen already stays among them."""
    usual = _CHOICES if field and field.choices else COMPARISONS[field.type if field else Type.TEXT]
    return usual if chosen is None or chosen in usual else (*usual, chosen)


def _compare_text(reader: Reader, field: Field | None, compare: Compare) -> str:
    if field and field.type in _TIMES and compare in {*ORDERED}:
        return reader.say(f"conditions.time.{compare.name.lower()}")
    return reader.say(f"conditions.{compare.name.lower()}")


def _entries(
    reader: Reader, plan: Plan, field: Field | None, compare: Compare, values: Sequence[str]
) -> Iterable[Entry]:
    """A place for each value, and one more where more may follow."""
    least, most = compare.values_wanted
    count = max(least, min(most, len(values) + 1)) if most > least else most
    for value in [*values, *[""] * count][:count]:
        if field and field.choices and not compare.counts_days:
            known = field.choices if not value or value in field.choices else (*field.choices, value)
            choices = [
                Choice(each, choice_text(plan, field.name, each, reader.language), each == value)
                for each in known
            ]
            yield Entry("choice", value, (Choice("", "…", not value), *choices))
        elif field and field.type is Type.FLAG:
            flags = [
                Choice(each, reader.say(f"conditions.flag.{each}"), each == value)
                for each in ("true", "false")
            ]
            yield Entry("choice", value, (Choice("", "…", not value), *flags))
        else:
            yield Entry(_kind(field, compare, value), value, ())


def _kind(field: Field | None, compare: Compare, value: str) -> str:
    type_ = Type.WHOLE if compare.counts_days else field.type if field else Type.TEXT
    if type_ in _TIMES and re.fullmatch(r"(\d{4}-\d{2}-\d{2})?", value, re.ASCII):
        return "date"
    return "decimal" if type_ in _FIGURES else "text"


def _unit(reader: Reader, plan: Plan, name: str, compare: Compare | None) -> str:
    """What the entered figure counts."""
    if compare is None or compare.values_wanted == (0, 0):
        return ""
    if compare.counts_days:
        return reader.say("conditions.days_ago")
    unit = plan.unit(name)
    if plan.customer_record().fields[name].type is Type.MONEY:
        return plan.settings.money.code
    if unit == "share":
        return reader.say("conditions.share")
    return reader.say(f"unit.{unit}") if unit in {"days", "times", "items", "ratio"} else ""


def _problems(plan: Plan, row: Row | None) -> tuple[Problem, ...]:
    if row is None:
        return ()
    try:
        check(expression_of(Form(every=True, parts=(row,))), plan.customer_record(), expect=Type.FLAG)
    except ExpressionRefused as refused:
        return refused.problems
    return ()


def read_rows(plan: Plan, names: FieldNames, posted: Mapping[str, Sequence[str]]) -> tuple[bool, list[Draft]]:
    """The form as it was sent: ``every`` and its rows. Where another field was chosen, the row begins anew."""
    drafts = []
    for number in range(ROWS_MAX):
        if f"r{number}.field" not in posted:
            break
        said = {part: posted.get(f"r{number}.{part}", [""]) for part in ("field", "was", "compare", "group")}
        group = said["group"][0]
        draft = Draft(
            int(group) if re.fullmatch("[0-9]{1,2}", group) else 0,
            said["field"][0][:MAX_LENGTH],
            said["compare"][0],
            tuple(value for value in posted.get(f"r{number}.value", []) if value.strip())[:ROWS_MAX],
        )
        drafts.append(_begun_anew(plan, names, draft, said["was"][0]))
    return posted.get("every", ["all"])[0] != "any", drafts


def _begun_anew(plan: Plan, names: FieldNames, draft: Draft, was: str) -> Draft:
    known = plan.customer_record().fields
    now, before = known.get(names.name_of(draft.field)), known.get(names.name_of(was))
    if not draft.field.strip():
        return replace(draft, compare="", values=())
    if now == before and draft.compare in set(Compare):
        return draft
    usual = comparisons_for(now)
    kept = draft.compare in usual
    same = bool(now and before and now.type is before.type and now.choices == before.choices)
    return replace(
        draft, compare=draft.compare if kept else usual[0].value, values=draft.values if kept and same else ()
    )


def changed(drafts: Sequence[Draft], do: str) -> list[Draft]:
    """The rows after a button was pressed: ``add``, ``group``, ``add-in:GROUP`` or ``remove:NUMBER``."""
    verb, _, given = do.partition(":")
    number = int(given) if re.fullmatch("[0-9]{1,2}", given) else -1
    empty = Draft(0, "", "", ())
    done = list(drafts)
    if verb == "remove":
        return [draft for place, draft in enumerate(done) if place != number]
    if len(done) >= ROWS_MAX:
        return done
    if verb == "add":
        return [*done, empty]
    if verb == "group":
        next_group = 1 + max((draft.group for draft in done), default=0)
        return [*done, *[replace(empty, group=next_group)] * 2][:ROWS_MAX]
    if verb == "add-in" and number > 0:
        last = max((place for place, draft in enumerate(done) if draft.group == number), default=None)
        if last is not None:
            done.insert(last + 1, replace(empty, group=number))
    return done
