"""What every benchmark prints: a table for people, then one line of JSON for machines."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Literal, TypeVar

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case: our figure, that of a peer measured in the same run, and the goal where there is one.

    ``goal_on`` says which of ``ours`` and ``ratio`` (ours ÷ peer) the goal is for.
    """

    case: str
    unit: str
    ours: float
    better: Literal["higher", "lower"]
    peer: float | None = None
    peer_name: str | None = None
    goal: float | None = None
    goal_on: Literal["ours", "ratio"] | None = None

    @property
    def ratio(self) -> float | None:
        """Ours ÷ peer; None without a peer."""
        return self.ours / self.peer if self.peer else None

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        figure = self.ratio if self.goal_on == "ratio" else self.ours
        if self.goal is None or figure is None:
            return None
        return figure >= self.goal if self.better == "higher" else figure <= self.goal


def seconds_of(work: Callable[[], Made]) -> tuple[float, Made]:
    """How long a piece of work takes by the clock on the wall, and what it makes."""
    start = perf_counter()
    made = work()
    return perf_counter() - start, made


def median_seconds(
    work: Callable[[], object], *, runs: int, after: Callable[[], object] = lambda: None
) -> float:
    """The median over some runs; ``after`` each, unmeasured, the ground is cleared."""
    taken = []
    for _ in range(runs):
        taken.append(seconds_of(work)[0])
        after()
    return median(taken)


def peak_memory_mib() -> float:
    """The most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tell(bench: str, scale: float, results: Sequence[Result]) -> None:
    """Print all results, the JSON last."""
    for result in results:
        peer = f"  {result.peer_name}: {result.peer:,.4g} ({result.ratio:.2f}×)" if result.peer else ""
        goal = f"  goal {result.goal:,.4g}: {'met' if result.is_met else 'MISSED'}" if result.goal else ""
        print(f"{result.case:<55} {result.ours:>12,.4g} {result.unit}{peer}{goal}")
    rows = [{**asdict(result), "ratio": result.ratio} for result in results]
    print(json.dumps({"bench": bench, "scale": scale, "results": rows}, ensure_ascii=False))
