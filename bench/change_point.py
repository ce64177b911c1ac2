"""How often a planted fall is found, and how often a flat series raises an alarm: what docs/concepts/cohorts.md says.

Not a matter of time: shares of many simulated series, each drawn with a fixed seed. `SCALE` in the environment or
`--scale` makes it quicker.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products of matrices: more threads only spin

import numpy as np

from keepwell.cohorts.change import Fall, find_fall

SERIES = 2_000
YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Case:
    """Series of ``periods`` months: a share that falls by ``fall`` in month ``at``, over ``months``, in a season."""

    periods: int
    customers: int
    share: float = 0.3
    fall: float = 0.0
    at: int = 0
    months: int = 1
    season: float = 0.0
    dispersion: float = 1.0

    def shares(self) -> np.ndarray:
        """The share of each month."""
        month = np.arange(self.periods)
        fallen = self.fall * np.clip((month - self.at + 1) / self.months, 0, 1)
        return self.share * (1 + self.season * np.sin(2 * np.pi * month / YEAR)) * (1 - fallen)

    def drawn(self, random: np.random.Generator) -> list[int]:
        """How many were kept in each month."""
        shares = self.shares()
        if self.dispersion > 1:
            correlation = (self.dispersion - 1) / (self.customers - 1)
            weight = (1 - correlation) / correlation
            shares = random.beta(shares * weight, (1 - shares) * weight)
        return [int(count) for count in random.binomial(self.customers, shares)]


FLAT = [
    *(Case(periods=periods, customers=customers) for periods in (8, 12, 24, 36) for customers in (100, 1000)),
    *(Case(periods=periods, customers=1000, dispersion=5) for periods in (12, 24, 36)),
    *(Case(periods=periods, customers=2000, season=0.2) for periods in (12, 24, 36)),
]
PLANTED = [
    *(Case(periods=12, customers=customers, fall=0.25, at=8) for customers in (250, 500, 1000)),
    *(Case(periods=24, customers=customers, fall=0.2, at=12) for customers in (250, 500, 1000, 2000)),
    *(Case(periods=24, customers=customers, fall=0.3, at=12) for customers in (250, 500, 1000)),
    Case(periods=24, customers=500, fall=0.3, at=21),
    *(Case(periods=36, customers=customers, share=0.15, fall=0.2, at=30) for customers in (1000, 2000)),
    Case(periods=36, customers=1000, fall=0.2, at=20, season=0.2),
    Case(periods=24, customers=5000, fall=0.2, at=12, dispersion=5),
    *(Case(periods=36, customers=1000, fall=0.3, at=15, months=months) for months in (3, 6, 12)),
]


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    series = max(1, int(SERIES * arguments.parse_args().scale))
    print(f"{series} series of each kind\n")
    print(
        "| months | customers a month | season | dispersion | alarms |\n| ---: | ---: | ---: | ---: | ---: |"
    )
    for case in FLAT:
        alarms = len(falls(case, series)) / series
        print(f"| {case.periods} | {case.customers:,} | {_sign(case)} | {case.dispersion:g} | {alarms:.1%} |")
    print(
        "\n| months | customers a month | share | fall | in month | season | dispersion | found | within one month "
        "| interval holds the month | interval holds the size |\n| " + " | ".join(["---:"] * 11) + " |"
    )
    for case in PLANTED:
        print(f"| {' | '.join(planted_cells(case, series))} |")


def planted_cells(case: Case, series: int) -> list[str]:
    """A row of the table of planted falls."""
    found = falls(case, series)
    near = sum(abs(fall.at - case.at) <= 1 for fall in found)
    month_held = sum(fall.earliest <= case.at <= fall.latest for fall in found)
    size_held = sum(fall.low <= -case.fall <= fall.high for fall in found)
    over = f" over {case.months}" if case.months > 1 else ""
    return [
        f"{case.periods}",
        f"{case.customers:,}",
        f"{case.share:.0%}",
        f"{case.fall:.0%}{over}",
        f"{case.at + 1}",
        _sign(case),
        f"{case.dispersion:g}",
        f"{len(found) / series:.1%}",
        f"{near / series:.1%}",
        *(f"{held / len(found):.0%}" if found else "—" for held in (month_held, size_held)),
    ]


def falls(case: Case, series: int) -> list[Fall]:
    """The falls that are found in many series."""
    random = np.random.default_rng(11)
    seasons = [month % YEAR for month in range(case.periods)]
    found = (
        find_fall(case.drawn(random), [case.customers] * case.periods, seasons=seasons) for _ in range(series)
    )
    return [each for each in found if isinstance(each, Fall)]


def _sign(case: Case) -> str:
    return f"±{case.season:.0%}" if case.season else "none"


if __name__ == "__main__":
    main()
