"""From a plan's files to a checked plan, or to everything that is wrong with them."""

from __future__ import annotations

from typing import TypeVar

from keepwell.catalog.check import Checking, check_draft
from keepwell.catalog.check_units import unit_problems
from keepwell.catalog.draft import merge, read_draft, shipped_entries
from keepwell.catalog.expressions import Findings
from keepwell.catalog.facts import kinds_present, sources_of_orders_from_lines
from keepwell.catalog.files import RATES_FILE, SETTINGS_FILE, PlanFiles
from keepwell.catalog.kinds import Definition, DerivedField, Measure, Ranking, Rhythm, Segment, Source, Tag
from keepwell.catalog.plan import Origin, Plan
from keepwell.catalog.rates import Rate, read_rates
from keepwell.catalog.settings import Settings, line_of, read_settings
from keepwell.core.errors import PlanRefused, Problem
from keepwell.core.money import Currency
from keepwell.language.types import Record

Kind = TypeVar("Kind", bound=Definition)


def load(files: PlanFiles, *, library: bool = True) -> Plan:
    """The plan that ``files`` and, unless ``library`` is False, the shipped definitions make together.

    Raises:
        PlanRefused: with all problems of all files, by file and line.
    """
    settings, problems = _settings(files)
    draft = merge(read_draft(files), shipped_entries() if library else ())
    # Without settings the rest is still worth checking; which currency money is in changes no type.
    findings = Findings(settings.money if settings else Currency("USD"))
    checking = check_draft(draft, findings)
    rates, rate_problems = _rates(files, settings)
    problems += draft.problems + findings.problems + rate_problems
    problems += unit_problems(files.get(SETTINGS_FILE, ""), settings, checking)
    if problems or settings is None:
        raise PlanRefused(sorted(set(problems), key=_place))
    return _plan(settings, rates, checking)


def load_settings(files: PlanFiles) -> Settings:
    """What keepwell.toml says, whatever is wrong with the definitions.

    Raises:
        PlanRefused: with all problems of that file.
    """
    settings, problems = _settings(files)
    if settings is None:
        raise PlanRefused(problems)
    return settings


def _settings(files: PlanFiles) -> tuple[Settings | None, list[Problem]]:
    if SETTINGS_FILE not in files:
        return None, [Problem(f"the plan has no {SETTINGS_FILE}", hint="`keepwell init DIR` writes one")]
    return read_settings(files[SETTINGS_FILE])


def _rates(files: PlanFiles, settings: Settings | None) -> tuple[tuple[Rate, ...], list[Problem]]:
    if settings is None:
        return (), []
    if settings.rates and RATES_FILE not in files:
        line = line_of(files[SETTINGS_FILE], ("rates",))
        return (), [Problem(f"there is no {RATES_FILE}", file=SETTINGS_FILE, line=line, field="rates")]
    if not settings.rates and RATES_FILE in files:
        hint = f'write `rates = "{RATES_FILE}"` in {SETTINGS_FILE}, or remove the file'
        return (), [Problem("nothing uses this file", file=RATES_FILE, line=1, hint=hint)]
    if not settings.rates:
        return (), []
    return read_rates(files[RATES_FILE], plan_currency=settings.currency)


def _plan(settings: Settings, rates: tuple[Rate, ...], checking: Checking) -> Plan:
    present = kinds_present(checking.sources)

    def awake(kind: type[Kind]) -> dict[str, Kind]:
        return {each.name: each for entry, each in checking.entries(kind) if entry.key not in checking.asleep}

    fields, rankings = awake(DerivedField), awake(Ranking)
    return Plan(
        settings=settings,
        rates=rates,
        sources=awake(Source),
        measures=awake(Measure),
        rhythms=awake(Rhythm),
        fields=fields,
        rankings=rankings,
        tags=awake(Tag),
        segments=awake(Segment),
        asleep=tuple(entry.definition for entry in checking.asleep.values()),
        field_order=tuple(name for name in checking.field_order if name in fields or name in rankings),
        orders_from_lines=sources_of_orders_from_lines(checking.sources),
        off={
            (off.kind, off.name): Origin(off.document.file, off.document.line, shipped=False)
            for off in checking.draft.off.values()
        },
        _columns=checking.columns,
        _facts={kind: columns for kind, columns in checking.facts.items() if kind in present},
        _customer=Record(checking.fields, settings.money),
        _owners={name: entry.definition for name, entry in checking.owners.items()},
        _origins={
            entry.key: Origin(entry.document.file, entry.document.line, entry.shipped)
            for entry in checking.draft.entries
        },
        _expressions=checking.findings.expressions,
    )


def _place(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.file or "", problem.line or 0, problem.column or 0, problem.field or "", problem.what
