"""How good a source's data are: what became of its rows, and figures that stand far out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from keepwell.intake.contract import Contract
from keepwell.lake.engine import Engine
from keepwell.lake.manifest import Counts, SourceState
from keepwell.language.types import Type

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEY_ERROR_RATE_GOAL = 0.003
"""The handbook's figure: at most 0.3 % of rows with an error in a key field."""

FAR_OUT = 3.0
"""Interquartile ranges beyond the quartiles at which a value is far out (Tukey, Exploratory Data Analysis, 1977)."""

ROWS_FOR_QUARTILES = 100


def outliers(engine: Engine, facts: ir.Table, contract: Contract) -> int:
    """Rows whose amount is far out on a logarithmic scale; 0 where there are too few rows to say.

    Amounts are skewed, so quartiles are taken of ln(amount) over the positive ones.
    """
    if contract.facts.get("amount") is not Type.MONEY:
        return 0
    logs = facts.filter(facts.amount > 0).select(log=facts.amount.ln())
    quartiles = engine.rows(
        logs.aggregate(count=logs.count(), low=logs.log.quantile(0.25), high=logs.log.quantile(0.75))
    )[0]
    if quartiles["count"] < ROWS_FOR_QUARTILES:
        return 0
    reach = FAR_OUT * (quartiles["high"] - quartiles["low"])
    far = logs.filter((logs.log < quartiles["low"] - reach) | (logs.log > quartiles["high"] + reach))
    return engine.count(far)


@dataclass(frozen=True, slots=True)
class Quality:
    """A source's rows over all its inputs."""

    source: str
    counts: Counts
    reasons: dict[str, int]
    inputs: int
    taken_at: datetime | None
    last_fact_at: datetime | None

    @property
    def key_error_rate(self) -> float | None:
        """Share of rows with an error in a key field; None before the first row."""
        return self.counts.key_errors / self.counts.rows if self.counts.rows else None


def quality_of(name: str, state: SourceState) -> Quality:
    """Adds up a source's inputs."""
    counts, reasons = Counts(), Counter[str]()
    for known in state.inputs:
        counts += known.counts
        reasons.update(known.reasons)
    return Quality(
        source=name,
        counts=counts,
        reasons=dict(reasons.most_common()),
        inputs=len(state.inputs),
        taken_at=max((known.taken_at for known in state.inputs), default=None),
        last_fact_at=state.last_fact_at,
    )
