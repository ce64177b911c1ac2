"""The form beside a definition's text: what stands in it, and the text that it makes; both say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from keepwell.catalog.facts import ROW_COLUMNS
from keepwell.catalog.plan import Plan
from keepwell.catalog.rewriting import body_of, rewritten
from keepwell.catalog.sources import STANDARD_COLUMNS
from keepwell.catalog.yaml import Value
from keepwell.core.errors import ExpressionRefused
from keepwell.language.check import check
from keepwell.language.parse import parse
from keepwell.language.show import show
from keepwell.language.types import Type
from keepwell.web.conditions import (
    Choice,
    Editor,
    changed,
    editor_of_rows,
    editor_of_text,
    read_rows,
)
from keepwell.web.field_names import FieldNames
from keepwell.web.form_shapes import EXPRESSIONS, OPTIONS, SHAPES, WORTH, Kind, Shape, TableShape
from keepwell.web.form_writing import Body, Posted, is_blank, item_of, rows_posted, shown, written
from keepwell.web.reader import Reader

NONE = "—"
"""A choice that is not made."""


@dataclass(frozen=True, slots=True)
class Line:
    """One part to be entered; ``name`` tells it from the others of the page."""

    name: str
    part: str
    value: str
    kind: Kind
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a table; ``was`` says which item of the text it is, empty for a new one."""

    number: int
    was: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the form."""

    key: str
    parts: tuple[str, ...]
    rows: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of a text. ``made_of`` tells the text it shows from any other; ``untold`` are keys that stay text."""

    kind: str
    lines: tuple[Line, ...]
    condition: Editor | None
    tables: tuple[Table, ...]
    untold: tuple[str, ...]
    made_of: str


def mark_of(text: str) -> str:
    """Tells a text from any other, however its lines end."""
    return sha256("\n".join(text.splitlines()).strip().encode("utf-8", "replace")).hexdigest()[:16]


def kind_of(text: str) -> str | None:
    """The kind of a definition that has a form; None where its text cannot be read or has none."""
    body = body_of(text)
    return next((kind for kind in SHAPES if body and kind in body), None)


@dataclass(frozen=True, slots=True)
class DefinitionForm:
    """Makes forms in the reader's words; fields are those of the plan that runs."""

    reader: Reader
    plan: Plan
    names: FieldNames

    def of_text(self, text: str, posted: Posted | None = None) -> FormView | None:
        """The form of a text; None where there is none. Rows of ``posted`` that are not whole yet stay in it."""
        kind, body = kind_of(text), body_of(text)
        if kind is None or body is None:
            return None
        shape, sent = SHAPES[kind], posted or {}
        is_condition = self._is_condition(shape, body)
        lines = [
            self._line(part, part, shown(body, part)) for part in shape.lines if self._has(kind, body, part)
        ]
        if shape.condition and not is_condition and shape.condition in body:
            lines.append(self._line(shape.condition, shape.condition, shown(body, shape.condition)))
        known = {part.partition(".")[0] for part in shape.lines} | {kind, shape.condition}
        known |= {table.key for table in shape.tables}
        return FormView(
            kind=kind,
            lines=tuple(lines),
            condition=self._condition(shape, body, sent) if is_condition else None,
            tables=tuple(
                self._table(table, body, sent)
                for table in shape.tables
                if table.key != "cases" or "cases" in body
            ),
            untold=tuple(key for key in body if key not in known),
            made_of=mark_of(text),
        )

    def text_of(self, text: str, posted: Posted) -> str:
        """The text with what was entered in its form. Where the text is another than the form showed, it stays.

        Raises:
            Refused: it cannot be written there.
        """
        kind, body = kind_of(text), body_of(text)
        if kind is None or body is None or posted.get("made_of", [""])[0] != mark_of(text):
            return text
        shape = SHAPES[kind]
        condition = posted.get(shape.condition, [None])[0] if shape.condition else None
        if shape.condition and self._is_condition(shape, body) and "every" in posted:
            editor = self._rows(posted)
            before = editor_of_text(self.reader, self.plan, self.names, shown(body, shape.condition))
            as_shown = "" if before.blocks is None else self._text_of_blocks(before)
            condition = editor.text or None
            if condition == as_shown:
                condition = None
            elif condition is None and not editor.blocks:
                condition = "true"  # no condition is left: everybody
        return rewritten(text, written(kind, body, posted, condition=condition))

    def _rows(self, posted: Posted) -> Editor:
        every, drafts = read_rows(self.plan, self.names, posted)
        drafts = changed(drafts, posted.get("do", [""])[0])
        return editor_of_rows(self.reader, self.plan, self.names, every=every, drafts=drafts)

    @staticmethod
    def _text_of_blocks(editor: Editor) -> str:
        """What the rows of a text say, in the form in which rows are written."""
        return show(parse(editor.text)) if editor.text.strip() else ""

    def _condition(self, shape: Shape, body: Body, posted: Posted) -> Editor:
        if "every" in posted:
            editor = self._rows(posted)
            if any(not row.is_complete for block in editor.blocks or () for row in block):
                return editor  # rows that are not filled in yet are in no text
        text = shown(body, shape.condition or "")
        return editor_of_text(self.reader, self.plan, self.names, "" if text == "true" else text)

    def _is_condition(self, shape: Shape, body: Mapping[str, Value]) -> bool:
        """Whether the expression is one that rows can show."""
        if shape.condition is None or not isinstance(body.get(shape.condition), str | bool):
            return False
        text = shown(body, shape.condition)
        if shape.condition == "value":
            try:
                if check(text, self.plan.customer_record(), expect=None).type is not Type.FLAG:
                    return False
            except ExpressionRefused:
                return False
        if text == "true":
            return True
        return editor_of_text(self.reader, self.plan, self.names, text).blocks is not None

    def _has(self, kind: str, body: Body, part: str) -> bool:
        """Whether a part belongs here: a source is of files or of a table, classes have a worth, figures a unit."""
        if part.startswith("from."):
            origin = body.get("from")
            is_table = isinstance(origin, dict) and "sql" in origin
            return is_table == (part != "from.files")
        if kind == "field":
            return part not in {"unit", WORTH} or (part == WORTH) == ("cases" in body)
        return True

    def _line(self, name: str, part: str, value: str, *, unset: str = NONE) -> Line:
        options = self._options(part)
        if options is None:
            return Line(name, part, value, "expression" if part in {*EXPRESSIONS, "where"} else "text")
        known = options if value in dict(options) or not value else [*options, (value, value)]
        first = () if part in {"handled", "fact"} else (Choice("", unset, not value),)
        return Line(
            name,
            part,
            value,
            "choice",
            (*first, *(Choice(each, label, each == value) for each, label in known)),
        )

    def _options(self, part: str) -> list[tuple[str, str]] | None:
        say = self.reader.say
        if part == WORTH:
            money = [
                each.name for each in self.plan.customer_record().fields.values() if each.type is Type.MONEY
            ]
            return sorted(
                ((each, self.names.shown.get(each, each)) for each in money), key=lambda one: one[1]
            )
        if part not in OPTIONS:
            return None
        return [(each, say(f"plan.form.{part}.{each}")) for each in OPTIONS[part]]

    def _table(self, table: TableShape, body: Body, posted: Posted) -> Table:
        """The items of the text, and the rows in which nothing is entered yet."""
        value = body.get(table.key)
        entries = (
            list(value.items())
            if isinstance(value, dict)
            else [(str(number), item) for number, item in enumerate(value)]
            if isinstance(value, list)
            else []
        )
        rows = []
        for was, item in entries:
            parts = item_of(item, table)
            values = {part: was if part == table.named_by else shown(parts, part) for part in table.parts}
            rows.append((was, values))
        rows += [("", row) for row in rows_posted(table, posted) if is_blank(row)]
        return Table(
            table.key,
            table.parts,
            tuple(
                FormRow(
                    number,
                    was,
                    tuple(
                        self._line(
                            f"{table.key}{number}.{part}",
                            part,
                            values[part],
                            unset=self._known_type(body, was) if part == "type" else NONE,
                        )
                        for part in table.parts
                    ),
                )
                for number, (was, values) in enumerate(rows)
            ),
        )

    def _known_type(self, body: Body, column: str) -> str:
        """The type, and the unit, of a column that every fact of the kind has; a dash for one that must say it."""
        known = ROW_COLUMNS.get(column) or STANDARD_COLUMNS.get(str(body.get("fact")), {}).get(column)
        if known is None:
            return NONE
        text = self.reader.say(f"plan.form.type.{known}")
        return f"{text} ({self.plan.settings.money.code})" if known is Type.MONEY else text
