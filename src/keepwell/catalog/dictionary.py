"""The data dictionary: what every column that leaves Keepwell means, from the definitions themselves."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields

from keepwell.catalog.facts import PRESENT_COLUMNS
from keepwell.catalog.fingerprint import decisive
from keepwell.catalog.kinds import Definition, DerivedField, Source, Tag
from keepwell.catalog.plan import Plan
from keepwell.catalog.texts import Text
from keepwell.core.spreadsheet import csv_text
from keepwell.language.types import Type

SETTLED = "settled"
"""A value that is as of the latest run, and does not move with each event."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of one table. Texts that a plan does not give in a language stand in its own."""

    table: str
    name: str
    label_en: str
    label_zh: str
    about_en: str
    about_zh: str
    type: str
    choices: str
    unit: str
    owner: str
    kind: str
    definition: str
    formula: str
    freshness: str


@dataclass(frozen=True, slots=True)
class _Column:
    type: Type
    en: str
    zh: str


_ID = _Column(Type.TEXT, "Customer id", "客户编号")
_AS_OF = _Column(Type.MOMENT, "As of", "截至时刻")
_RUN = _Column(Type.TEXT, "Run that found it", "所属运行")

TABLES: dict[str, dict[str, _Column]] = {
    "segment_members": {"segment": _Column(Type.TEXT, "Segment", "分群"), "customer_id": _ID},
    "segment_sizes": {
        "segment": _Column(Type.TEXT, "Segment", "分群"),
        "as_of": _AS_OF,
        "run_id": _RUN,
        "definition": _Column(Type.TEXT, "Fingerprint of the definition", "定义指纹"),
        "size": _Column(Type.WHOLE, "Customers in it", "客户数"),
        "worth": _Column(Type.MONEY, "At stake", "涉及金额"),
    },
    "segment_changes": {
        "segment": _Column(Type.TEXT, "Segment", "分群"),
        "customer_id": _ID,
        "change": _Column(Type.TEXT, "entry or exit", "进入或离开"),
        "cause": _Column(Type.TEXT, "moved, began, ended, redefined or gone", "原因"),
        "as_of": _AS_OF,
        "run_id": _RUN,
    },
    "parties": {"customer_id": _ID, "party_key": _Column(Type.TEXT, "Party key", "身份标识")},
}
"""Table → its columns, of the tables whose shape no definition decides."""

FACT_COLUMNS: dict[str, _Column] = {
    "customer_id": _Column(Type.TEXT, "Customer id; missing for an anonymous fact", "客户编号，匿名时为空"),
    "party_key": _Column(PRESENT_COLUMNS["party_key"], "Party key", "身份标识"),
    "key": _Column(PRESENT_COLUMNS["key"], "Key within the source", "数据源内的键"),
    "occurred_at": _Column(PRESENT_COLUMNS["occurred_at"], "When it happened (UTC)", "发生时间（UTC）"),
    "occurred_on": _Column(PRESENT_COLUMNS["occurred_on"], "Local day it happened on", "发生日期（本地）"),
    "recorded_at": _Column(PRESENT_COLUMNS["recorded_at"], "When it was told (UTC)", "记录时间（UTC）"),
}
"""Columns of every table of facts, before those its source declares."""


def facts_table(source: str) -> str:
    """The table that holds a source's facts."""
    return f"facts_{source}"


def data_dictionary(plan: Plan) -> list[Entry]:
    """Every column of every table: customers, segments over time, parties, and the facts of each source."""
    entries = [_of_field(plan, name) for name in plan.customer_record().fields]
    for table, columns in TABLES.items():
        entries += [_of_column(table, name, column) for name, column in columns.items()]
    for source in plan.sources.values():
        entries += _of_source(plan, source)
    return entries


def _of_field(plan: Plan, name: str) -> Entry:
    field, owner = plan.customer_record().fields[name], plan.owner(name)
    asleep = " (asleep: no source gives its facts)" if owner in plan.asleep else ""
    return Entry(
        table="customers",
        name=name,
        label_en="Customer id" if owner is None else plan.label(name, "en"),
        label_zh="客户编号" if owner is None else plan.label(name, "zh"),
        about_en=_about(plan, owner, "en") + asleep,
        about_zh=_about(plan, owner, "zh"),
        type=field.type.value,
        choices=", ".join(field.choices or ()),
        unit=plan.unit(name) or "",
        owner=(owner.owner or "") if owner else "keepwell",
        kind=owner.kind if owner else "",
        definition=_place(plan, owner),
        formula=_formula(plan, owner) if owner else "filled by Keepwell",
        freshness=SETTLED,
    )


def _about(plan: Plan, definition: Definition | None, language: str) -> str:
    about: Text | None = definition.about if definition else None
    return about.in_(language, plan.settings.language) if about else ""


def _place(plan: Plan, definition: Definition | None) -> str:
    if definition is None:
        return ""
    origin = plan.origin(definition.name, definition.kind)
    return f"{origin.file}:{origin.line}"


def _formula(plan: Plan, definition: Definition) -> str:
    """How a field comes to its value, in one line of the plan's own words."""
    checked = plan.checked(definition.name, definition.kind)
    if isinstance(definition, DerivedField) and definition.value is not None:
        return str(checked["value"])
    if isinstance(definition, DerivedField):
        return "; ".join(
            f"{case.value} otherwise"
            if case.when is None
            else f"{case.value} when {checked[f'cases[{n}].when']}"
            for n, case in enumerate(definition.cases)
        )
    if isinstance(definition, Tag):
        return "set by hand with `keepwell tag`"
    body = decisive(plan, definition)
    return "; ".join(f"{key}: {_plain(value)}" for key, value in body.items() if key != "name")


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_column(table: str, name: str, column: _Column) -> Entry:
    return Entry(
        table=table,
        name=name,
        label_en=column.en,
        label_zh=column.zh,
        about_en="",
        about_zh="",
        type=column.type.value,
        choices="",
        unit="currency" if column.type is Type.MONEY else "",
        owner="keepwell",
        kind="",
        definition="",
        formula="filled by Keepwell",
        freshness=SETTLED,
    )


def _of_source(plan: Plan, source: Source) -> Iterator[Entry]:
    table = facts_table(source.name)
    for name, column in FACT_COLUMNS.items():
        yield _of_column(table, name, column)
    for name, field in plan.source_columns(source.name).items():
        if name in FACT_COLUMNS or name in {"party", "currency"}:
            continue
        about = source.columns[name].about if name in source.columns else None
        yield Entry(
            table=table,
            name=name,
            label_en=name,
            label_zh=name,
            about_en=about.in_("en", plan.settings.language) if about else "",
            about_zh=about.in_("zh", plan.settings.language) if about else "",
            type=field.type.value,
            choices=", ".join(field.choices or ()),
            unit="currency" if field.type is Type.MONEY else "",
            owner=source.owner or "",
            kind="source",
            definition=_place(plan, source),
            formula=f"a column of the source {source.name}",
            freshness=SETTLED,
        )


def as_csv(entries: Sequence[Entry]) -> str:
    """One line for each column."""
    names = [field.name for field in fields(Entry)]
    return csv_text(names, [[str(getattr(entry, name)) for name in names] for entry in entries])


def as_json(entries: Sequence[Entry]) -> str:
    """A list with one object for each column."""
    return json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=1) + "\n"


def as_markdown(entries: Sequence[Entry], *, currency: str, decimals: int) -> str:
    """A page with a table for each table."""
    amounts = (
        f"Amounts are in {currency}: whole numbers of its minor unit in Parquet files (1/{10**decimals}), amounts "
        "with decimals in the views. Moments are in UTC. All values are as of the latest run (settled)."
    )
    parts = ["# Data dictionary", amounts]
    head = ("Name", "Label", "名称", "Type", "Unit", "Formula", "About", "Owner", "Defined in")
    for table in dict.fromkeys(entry.table for entry in entries):
        lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
        for entry in entries:
            if entry.table == table:
                kind = f"{entry.type}: {entry.choices}" if entry.choices else entry.type
                cells = [entry.name, entry.label_en, entry.label_zh, kind, entry.unit, entry.formula]
                cells += [entry.about_en, entry.owner, entry.definition]
                lines.append(f"| {' | '.join(map(_cell, cells))} |")
        parts += [f"## {table}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|")
