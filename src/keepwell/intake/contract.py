"""What a source's rows must be: its definition, made ready for work on chunks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from keepwell.catalog.facts import ROW_COLUMNS
from keepwell.catalog.kinds import Source
from keepwell.catalog.plan import Plan
from keepwell.catalog.sources import REQUIRED_COLUMNS, PersonalKind
from keepwell.core.money import Currency
from keepwell.intake.rates import THOUSANDTHS
from keepwell.intake.times import Reading
from keepwell.language.check import Checked
from keepwell.language.types import Type


@dataclass(frozen=True, slots=True)
class Contract:
    """A source ready for intake.

    ``types`` has every plain column that is read from the raw table (``computed`` ones are not); ``facts`` has the
    columns that the lake keeps beside those every fact has, with their types in the language.
    """

    source: Source
    system: str
    plan_zone: str
    currency: Currency
    reading: Mapping[str, Reading]
    types: Mapping[str, Type]
    computed: Mapping[str, Checked]
    computed_types: Mapping[str, Type]
    facts: Mapping[str, Type]
    rules: tuple[Checked, ...]
    personal: Mapping[str, PersonalKind]
    free_text: tuple[str, ...]
    required: frozenset[str]

    @property
    def name(self) -> str:
        """The source's name."""
        return self.source.name

    @property
    def zone(self) -> str:
        """The zone of times that do not say their own."""
        return self.source.time_zone or self.plan_zone

    @property
    def is_converted(self) -> bool:
        """Whether its amounts may be in another currency than the plan's."""
        stated = self.source.currency or self.currency.code
        return "currency" in self.source.columns or stated != self.currency.code

    @property
    def has_personal(self) -> bool:
        """Whether any column is personal or free text, the party's id included."""
        return bool(self.personal or self.free_text)

    @property
    def key_fields(self) -> frozenset[str]:
        """Fields an error in which is a key-field error: who, when, which, and what identifies a person."""
        return frozenset({"party", "occurred_at", *self.source.key, *self.personal}) - {
            name for name, kind in self.personal.items() if kind == "other" and name != "party"
        }

    @property
    def revision_is_a_time(self) -> bool:
        """Whether the revision says when a row was written; else it is a number, or there is none."""
        name = self.source.revision
        return name is not None and {**self.types, **self.computed_types}[name] is not Type.WHOLE

    def column(self, name: str) -> str:
        """The name, in the raw table, of a mapped column."""
        return self.source.columns[name].column or name

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """The names, in the raw table, of all columns that are read."""
        mapped = self.source.columns
        return tuple(dict.fromkeys(self.column(name) for name in mapped if mapped[name].value is None))

    @property
    def columns(self) -> dict[str, str]:
        """Columns the lake keeps of this source, by name, with their types as words."""
        return {name: kind.value for name, kind in self.facts.items()}


def contract_of(plan: Plan, name: str) -> Contract:
    """The contract of one of the plan's sources."""
    source = plan.sources[name]
    settings = plan.settings
    declared = {column: field.type for column, field in plan.source_columns(name).items()}
    checked = plan.checked(name, "source")
    computed = {
        column: checked[f"columns.{column}.value"]
        for column, mapped in source.columns.items()
        if mapped.value is not None
    }
    personal = {column: mapped.personal for column, mapped in source.columns.items() if mapped.personal}
    free_text = tuple(column for column, mapped in source.columns.items() if mapped.free_text)
    read = {
        column: kind
        for column, kind in declared.items()
        if column in source.columns and column not in computed and column not in personal
    }
    contract = Contract(
        source=source,
        system=source.party_system,
        plan_zone=settings.time_zone,
        currency=settings.money,
        reading={},
        types=read,
        computed=computed,
        computed_types={column: declared[column] for column in computed},
        facts={
            column: kind
            for column, kind in declared.items()
            if column not in ROW_COLUMNS and column in source.columns
        },
        rules=tuple(checked[f"valid[{index}].rule"] for index in range(len(source.valid))),
        personal=personal,
        free_text=free_text,
        required=frozenset(REQUIRED_COLUMNS[source.fact])
        | frozenset(source.key)
        | {column for column, mapped in source.columns.items() if mapped.required},
    )
    return replace(contract, reading={column: _reading(plan, contract, column) for column in read})


def _reading(plan: Plan, contract: Contract, column: str) -> Reading:
    return Reading(
        zone=contract.zone,
        minor_per_major=THOUSANDTHS if contract.is_converted else contract.currency.minor_per_major,
        form=contract.source.columns[column].format,
        shift=timedelta(weeks=plan.settings.shift_weeks),
    )
