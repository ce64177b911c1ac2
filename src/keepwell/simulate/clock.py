"""Each customer's own clock: how fast time runs for their buying on each day.

A purchase process of constant rate runs on the clock; the calendar time of an event is where the clock shows its time
(time rescaling: a Poisson process of rate 1 on the compensator's scale has the wanted intensity in calendar time, see
Brown et al., Neural Computation 14, 2002). So a customer's rate stays purchases per average day, whatever the seasons,
promotions, campaigns and declines do to the pace, and the theory of BG/NBD holds exactly with clock days for days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.types import Floats, Whole


@dataclass(frozen=True, slots=True)
class Clocks:
    """Clocks of ``n`` customers over ``days`` days."""

    ends: Floats
    """What each clock shows at the end of each day: shape (n, days), in clock days."""
    line: Floats
    """All clocks one after another, each ``width`` further on than the one before: sorted as a whole."""
    width: float

    @property
    def days(self) -> int:
        """How many days they run."""
        return int(self.ends.shape[1])

    @property
    def total(self) -> Floats:
        """What each clock shows at the very end, in clock days."""
        total: Floats = self.ends[:, -1]
        return total

    def at(self, customers: Whole, days: Whole, share: Floats | float = 0.0) -> Floats:
        """What these customers' clocks show when ``share`` of these days is gone; infinity beyond the last day."""
        last = self.ends.shape[1] - 1
        end = self.ends[customers, np.clip(days, 0, last)]
        start = np.where(days > 0, self.ends[customers, np.clip(days - 1, 0, last)], 0.0)
        return np.where(days <= last, start + share * (end - start), np.inf)

    def when(self, customers: Whole, shown: Floats) -> tuple[Whole, Floats]:
        """Day, and the share of that day gone by, at which these customers' clocks show these times."""
        found = np.searchsorted(self.line, shown + self.width * customers, side="right")
        day = np.clip(found - customers * self.days, 0, self.days - 1).astype(np.int64)
        start = self.at(customers, day)
        length = np.maximum(self.ends[customers, day] - start, 1e-12)
        return day, np.clip((shown - start) / length, 0.0, 1.0 - 1e-9)


def clocks(pace: Floats) -> Clocks:
    """Clocks that run at ``pace`` (n, days): clock days per day."""
    ends = np.cumsum(pace, axis=1)
    width = float(ends[:, -1].max()) + 1.0
    return Clocks(ends, line=(ends + width * np.arange(len(ends))[:, None]).ravel(), width=width)
