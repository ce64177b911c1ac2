"""Rows per second from files into a lake that holds 50 million facts, beside a bare copy by the engine.

At scale 1: 5 million new orders, 1 % of them known already, some of those corrected, 0.1 % bad; 1 million persons.
`SCALE` in the environment or `--scale` makes it smaller.
"""

from __future__ import annotations

import argparse
import os
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb

from keepwell.lake.manifest import Counts, Manifest
from keepwell.runs.intake import take_in_all
from keepwell.runs.place import Place
from report import Result, median_seconds, peak_memory_mib, seconds_of, tell
from shop import NOW, Shop, place_of

WORK = Path(__file__).parent / ".work/intake"
GOALS = {"csv": 100_000.0, "parquet": 300_000.0}


def main() -> None:
    """Measure everything and tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        tell("intake", given.scale, measure(Shop(WORK, given.scale), given.runs))
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def measure(shop: Shop, runs: int) -> list[Result]:
    """Every case, on one lake."""
    WORK.mkdir(parents=True)
    opened = shop.write_plan()
    results = []
    with place_of(opened) as place:
        seconds, held = seconds_of(lambda: shop.fill(place))
        print(f"a lake of {shop.facts_held:,} facts, made in {seconds:.0f} s")
        results += [orders_case(place, held, shop, kind, runs) for kind in GOALS]
        results.append(persons_case(place, held, shop))
        results.append(
            Result(case="peak memory of all cases", unit="MiB", ours=peak_memory_mib(), better="lower")
        )
    opened.close()
    return results


def orders_case(place: Place, held: Manifest, shop: Shop, kind: str, runs: int) -> Result:
    """New orders from one file."""
    path = shop.write_new_orders(kind)
    peer = median_seconds(lambda: bare_copy(path), runs=runs)
    told: list[Counts] = []
    ours = median_seconds(lambda: told.append(take_in(place)), runs=runs, after=lambda: reset(place, held))
    path.unlink()
    print(told[-1])
    return Result(
        case=f"{kind} of {shop.rows_new:,} orders into {shop.facts_held:,} facts",
        unit="rows/s",
        ours=shop.rows_new / ours,
        better="higher",
        peer=shop.rows_new / peer,
        peer_name="DuckDB COPY to Parquet",
        goal=GOALS[kind],
        goal_on="ours",
    )


def bare_copy(path: Path) -> None:
    """What the engine needs to read the file and write Parquet, checking nothing."""
    with duckdb.connect() as connection:
        reader = "read_csv" if path.suffix == ".csv" else "read_parquet"
        connection.execute(
            f"COPY (FROM {reader}('{path}')) TO '{path.parent}/copy.pq' (FORMAT parquet, COMPRESSION zstd)"
        )
    (path.parent / "copy.pq").unlink()


def persons_case(place: Place, held: Manifest, shop: Shop) -> Result:
    """Member cards with name, phone and e-mail; once, for the vault does not forget between runs."""
    path = shop.write_members()
    seconds, _ = seconds_of(lambda: take_in(place))
    reset(place, held)
    path.unlink()
    return Result(
        case=f"csv of {shop.persons:,} persons (name, phone, e-mail) into vault and lake",
        unit="rows/s",
        ours=shop.persons / seconds,
        better="higher",
    )


def take_in(place: Place) -> Counts:
    """What is new in the shop's folder, one file: from reading to the version of the lake that lists it."""
    [one], _ = take_in_all(place)
    return one.counts


def reset(place: Place, held: Manifest) -> None:
    """Back to the lake as it was, files that came since removed."""
    place.lake.publish(held, cause="reset by the bench", now=NOW)
    place.lake.collect_garbage(now=NOW + timedelta(days=30), keep=timedelta(0))


if __name__ == "__main__":
    main()
