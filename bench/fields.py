"""Every shipped field of 1 million customers from 50 million order lines, beside SQL written by hand (banded.py).

The answers of both are compared, value for value, before anything is told. `SCALE` in the environment or `--scale`
makes it smaller; a fiftieth of it is measured too, to show how the time grows.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

import duckdb

from banded import answer
from keepwell.core.clock import AsOf
from keepwell.fields.customers import customer_fields
from keepwell.lake.engine import open_engine
from keepwell.lake.manifest import Manifest
from keepwell.runs.place import Place
from report import Result, median_seconds, peak_memory_mib, seconds_of, tell
from shop import NOW, place_of
from till import MEMORY_MB, Till

WORK = Path(__file__).parent / ".work/fields"
SMALL = 1 / 50
GOAL_RATIO = 1.3
GOAL_MIB = 10_000_000_000 / 2**20


def main() -> None:
    """Measure everything and tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        tell("fields", given.scale, measure(given.scale, given.runs))
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def measure(scale: float, runs: int) -> list[Result]:
    """Both sizes, the small one first: memory is measured as the most there was so far."""
    small, _, _ = one_size(WORK / "small", scale * SMALL, runs)
    ours, peer, memory = one_size(WORK / "whole", scale, runs)
    lines = Till(WORK, scale).facts_held
    customers = lines // 50
    return [
        Result(
            case=f"every shipped field of {customers:,} customers from {lines:,} order lines",
            unit="s",
            ours=ours,
            better="lower",
            peer=peer,
            peer_name="the same measures in banded SQL by hand",
            goal=GOAL_RATIO,
            goal_on="ratio",
        ),
        Result(case="peak memory", unit="MiB", ours=memory, better="lower", goal=GOAL_MIB, goal_on="ours"),
        Result(case=f"a fiftieth: {int(lines * SMALL):,} order lines", unit="s", ours=small, better="lower"),
        Result(
            case="time for a million lines more",
            unit="s",
            ours=per_million(ours, small, lines),
            better="lower",
        ),
    ]


def per_million(whole: float, small: float, lines: int) -> float:
    """How the time grows from the small size to the whole."""
    return (whole - small) / (lines * (1 - SMALL)) * 1_000_000


def one_size(folder: Path, scale: float, runs: int) -> tuple[float, float, float]:
    """Seconds of ours and of the hand-written SQL, and the most memory before the latter ran."""
    folder.mkdir(parents=True)
    till = Till(folder, scale)
    opened = till.write_plan()
    with place_of(opened) as place:
        seconds, held = seconds_of(lambda: till.fill(place))
        print(f"a lake of {till.facts_held:,} facts, made in {seconds:.0f} s")
        ours = median_seconds(lambda: fields(place, held), runs=runs)
        memory = peak_memory_mib()
        told = fields(place, held, keep=folder / "ours.parquet")
        state = held.sources[till.source]
        facts, customers = (
            [place.lake.folder / file.path for file in files] for files in (state.files, held.customers)
        )
    opened.close()
    peer = median_seconds(lambda: by_hand(facts, customers), runs=runs)
    by_hand(facts, customers, keep=folder / "by_hand.parquet")
    compare(folder, told)
    return ours, peer, memory


def fields(place: Place, held: Manifest, *, keep: Path | None = None) -> list[str]:
    """All fields as one staged table; the names of measures and of the rhythm's fields."""
    engine, plan = place.lake.engine, place.plan
    staged = engine.stage(customer_fields(plan, place.lake, held, AsOf(NOW, plan.settings.zone)).customers)
    told = [*plan.measures, *(name for rhythm in plan.rhythms.values() for name in rhythm.field_names())]
    if keep:
        engine.write(staged.select("customer_id", *told), keep)
    engine.drop(staged.get_name())
    return told


def by_hand(facts: list[Path], customers: list[Path], *, keep: Path | None = None) -> None:
    """The same measures by hand, with the memory that Keepwell's engine has."""
    spill = WORK / "spill"
    config = {
        "memory_limit": f"{MEMORY_MB}MB", "temp_directory": str(spill), "preserve_insertion_order": False,
    }  # fmt: skip
    with duckdb.connect(config=config) as connection:
        answer(connection, facts, customers)
        if keep:
            connection.execute(f"COPY answer TO '{keep}' (FORMAT parquet)")


def compare(folder: Path, told: list[str]) -> None:
    """Both tell the same of every customer, in every measure."""
    engine = open_engine(folder / "spill", memory_limit_mb=MEMORY_MB)
    try:
        ours, hand = (engine.read_all([folder / f"{name}.parquet"]) for name in ("ours", "by_hand"))
        count = engine.count(ours)
        assert count == engine.count(hand)
        missing = set(told) - set(hand.columns)
        assert not missing, f"not written by hand: {sorted(missing)}"
        both = ours.join(hand, "customer_id", rname="hand_{name}")
        same = both.aggregate(
            **{name: both[name].identical_to(both[f"hand_{name}"]).sum() for name in told},
            customers=both.count(),
        )
        [row] = engine.rows(same)
        different = {name: count - number for name, number in row.items() if number != count}
        assert not different, f"the answers differ, for so many customers: {different}"
        print(f"{len(told)} measures of {count:,} customers are the same by hand")
    finally:
        engine.close()


if __name__ == "__main__":
    main()
