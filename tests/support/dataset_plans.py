"""Plans over public datasets, published and run in a folder of their own, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

from keepwell.catalog.files import read_folder
from keepwell.fields.facts import facts_by_party
from keepwell.lake.manifest import Counts
from keepwell.publishing.commands import publish
from keepwell.runs.run import run
from keepwell.wiring import deployment
from support.trial_shop import write

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    Ask = Callable[[ir.Table], ir.Table]

NOW = datetime(2024, 1, 1, tzinfo=UTC)
"""After the last row of every dataset: none lies in the future."""

SETTINGS = """\
format = 1
name = "{name}"
time_zone = "{zone}"
currency = "{currency}"

[lake]
threads = 2
"""


def settings(name: str, zone: str, currency: str) -> str:
    """The text of a keepwell.toml."""
    return SETTINGS.format(name=name, zone=zone, currency=currency)


@dataclass
class DatasetPlan:
    """A plan folder whose data are copied from the folder of datasets; each run is a minute after the one before."""

    folder: Path
    now: datetime = NOW

    def write(self, texts: dict[str, str]) -> None:
        """Write plan files and publish them."""
        write(self.folder, texts)
        opened = deployment(self.folder, {})
        with opened.store.write() as session:
            publish(session, read_folder(self.folder), author="test", reason="test", now=self.now)
        opened.close()

    def copy(self, dataset: Path, name: str) -> Path:
        """Copy a dataset's file to ``data/name``."""
        path = self.folder / "data" / name
        path.parent.mkdir(exist_ok=True)
        copyfile(dataset, path)
        return path

    def run(self) -> Mapping[str, Counts]:
        """Run it: the counts of each input that was taken in, by the name of its file."""
        self.now += timedelta(minutes=1)
        opened = deployment(self.folder, {})
        with opened.place(now=self.now) as place:
            ran = run(place)
        opened.close()
        assert not ran.problems
        for taken in ran.taken:
            assert taken.counts.accounted == taken.counts.rows, taken.name
        return {Path(taken.name).name: taken.counts for taken in ran.taken}

    def reasons(self, source: str) -> Mapping[str, int]:
        """Why rows of a source are in quarantine, and how many."""
        opened = deployment(self.folder, {})
        with opened.place(now=self.now) as place:
            inputs = place.lake.current().sources[source].inputs
        opened.close()
        reasons: dict[str, int] = {}
        for one in inputs:
            for reason, count in one.reasons.items():
                reasons[reason] = reasons.get(reason, 0) + count
        return reasons

    def facts(self, kind: str, ask: Ask) -> dict[str, object]:
        """The one row that ``ask`` makes of all facts of a kind, orders made from lines included."""
        opened = deployment(self.folder, {})
        with opened.place(now=self.now) as place:
            found = place.lake.engine.rows(
                ask(facts_by_party(place.plan, place.lake, place.lake.current(), kind))
            )
        opened.close()
        return found[0]


def counted(counts: Counts) -> dict[str, int]:
    """The parts that are not zero, ``rows`` included."""
    return {name: count for name, count in counts.model_dump().items() if count and name != "outlier"}
