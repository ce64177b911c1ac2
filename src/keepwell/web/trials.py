"""The trial of a source as pages show it: what became of its rows, why some would wait, the first of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from keepwell.answers.wording import money_text
from keepwell.catalog.plan import Plan
from keepwell.intake.quarantine import RowProblem
from keepwell.language.types import Type
from keepwell.runs.trial import Tried
from keepwell.web.locale.reasons import problem_in
from keepwell.web.reader import Reader

CELL_MAX = 60


@dataclass(frozen=True, slots=True)
class TrialView:
    """What became of a source's rows, in the reader's words.

    ``reasons`` say why rows would wait in quarantine and how many; ``period`` are the first and the last day.
    """

    tried: Tried
    reasons: tuple[tuple[str, int], ...]
    period: tuple[str, str] | None
    cells: tuple[tuple[str, ...], ...]


def trial_view(reader: Reader, plan: Plan, source: str, tried: Tried) -> TrialView:
    """A trial for showing."""
    default, zone = plan.settings.language, plan.settings.zone
    rules = [rule.say.in_(reader.language, default) for rule in plan.sources[source].valid]
    reasons = []
    for code, count in tried.reasons:
        name, _, reason = code.partition("=")
        reasons.append((problem_in(reader.language, RowProblem(name, reason, ""), rules), count))
    columns = plan.source_columns(source)
    money = {name for name, column in columns.items() if column.type is Type.MONEY}

    def local(utc: datetime) -> datetime:  # kept in UTC; people know their own clock
        return utc.replace(tzinfo=UTC).astimezone(zone)

    def cell(name: str, value: object) -> str:
        if value is None:
            return ""
        if name in money and isinstance(value, int):
            return money_text(plan, value, reader.language)
        if isinstance(value, datetime):
            return f"{local(value):%Y-%m-%d %H:%M:%S}"
        return str(value)[:CELL_MAX]

    period = None
    if tried.first is not None and tried.last is not None:
        period = reader.day(local(tried.first).date()), reader.day(local(tried.last).date())
    cells = tuple(tuple(cell(name, value) for name, value in fact.items()) for fact in tried.facts)
    return TrialView(tried, tuple(reasons), period, cells)
