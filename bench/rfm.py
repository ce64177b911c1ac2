"""Frequency, recency, T and money of each customer from 5 million purchases, beside lifetimes and a bare GROUP BY.

lifetimes 0.11.3 needs an older pandas, so it gets an environment of its own under bench/.work, made with uv. Where it
cannot be installed, this says so and leaves it out. Its time is without reading the file; ours is with it. All
customers' four figures are compared with those of lifetimes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median

import duckdb

from keepwell.fields.summary import purchase_summary
from keepwell.lake.engine import Engine, open_engine
from report import Result, median_seconds, peak_memory_mib, tell

HERE = Path(__file__).parent
WORK = HERE / ".work/rfm"
PEER = HERE / ".work/lifetimes"
PEER_NEEDS = ("lifetimes==0.11.3", "pandas==1.5.3", "numpy<2", "scipy<1.12", "pyarrow<16")
UV = HERE.parent / ".uv/bin/uv"
PURCHASES = 5_000_000
PURCHASES_PER_CUSTOMER = 5
LAST_DAY = date(2026, 5, 31)


def main() -> None:
    """Measure everything and tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    try:
        tell("rfm", given.scale, measure(int(PURCHASES * given.scale), given.runs))
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def measure(purchases: int, runs: int) -> list[Result]:
    """Ours beside each of the two."""
    file = write_purchases(purchases)
    engine = open_engine(WORK / "spill")
    ours = median_seconds(lambda: summarise(engine, file), runs=runs)
    bare = median_seconds(lambda: bare_group_by(file), runs=runs)
    case = f"summary of {purchases:,} purchases"
    results = [
        Result(
            case=f"{case}, beside one GROUP BY",
            unit="s",
            ours=ours,
            better="lower",
            peer=bare,
            peer_name="DuckDB GROUP BY of count, sum, first and last",
            goal=3.0,
            goal_on="ratio",
        )
    ]
    theirs = seconds_of_lifetimes(file, runs) if has_lifetimes() else None
    if theirs is not None:
        print(f"{compare(engine, file):,} customers, all four figures equal to those of lifetimes")
        results.append(
            Result(
                case=f"{case}, beside lifetimes",
                unit="s",
                ours=ours,
                better="lower",
                peer=theirs,
                peer_name="lifetimes 0.11.3 (reading the file not counted)",
                goal=1 / 6,
                goal_on="ratio",
            )
        )
    engine.close()
    return [*results, Result(case="peak memory", unit="MiB", ours=peak_memory_mib(), better="lower")]


def write_purchases(purchases: int) -> Path:
    """Three years of purchases; how many a customer has varies, for each is drawn by its number's hash."""
    path = WORK / "purchases.parquet"
    customers = max(purchases // PURCHASES_PER_CUSTOMER, 1)
    with duckdb.connect() as connection:
        connection.execute(f"""
            COPY (
                SELECT (hash(range) % {customers})::BIGINT AS customer,
                       (DATE '{LAST_DAY}' - (hash(range, 1) % 1096)::INT)::DATE AS occurred_on,
                       (hash(range, 2) % 60000)::BIGINT + 100 AS amount
                FROM range({purchases})
            ) TO '{path}' (FORMAT parquet)
        """)
    return path


def summarise(engine: Engine, file: Path) -> None:
    """From the file to a summary in memory."""
    staged = engine.stage(purchase_summary(engine.read_all([file]), "customer", LAST_DAY))
    engine.drop(staged.get_name())


def bare_group_by(file: Path) -> None:
    """One pass by the engine alone, which tells neither days apart nor the first amount."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TEMP TABLE t AS SELECT customer, count(*), sum(amount), min(occurred_on), max(occurred_on) "
            f"FROM read_parquet('{file}') GROUP BY customer"
        )


def has_lifetimes() -> bool:
    """Whether the environment of lifetimes is there, or could be made."""
    python = PEER / "bin/python"
    if python.exists():
        return True
    print("installing lifetimes into an environment of its own")
    for command in (
        [UV, "venv", "--quiet", "--python", sys.executable, PEER],
        [UV, "pip", "install", "--quiet", "--python", python, *PEER_NEEDS],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(
                f"lifetimes cannot be installed here and is left out: {done.stderr.strip().splitlines()[-1]}"
            )
            shutil.rmtree(PEER, ignore_errors=True)
            return False
    return True


def seconds_of_lifetimes(file: Path, runs: int) -> float:
    """The median of its runs in a process of its own; leaves its summary beside the file."""
    done = subprocess.run(
        [
            PEER / "bin/python", "-W", "ignore", HERE / "lifetimes_summary.py",
            file, WORK / "lifetimes.parquet", LAST_DAY.isoformat(), str(runs),
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return median(map(float, done.stdout.split()))


def compare(engine: Engine, file: Path) -> int:
    """How many customers there are; fails where a figure of any of them differs from that of lifetimes.

    Days to the last digit; a mean of float64 that pandas adds up in its own order to a part in a billion.
    """
    ours = engine.stage(purchase_summary(engine.read_all([file]), "customer", LAST_DAY))
    theirs = engine.read_all([WORK / "lifetimes.parquet"]).rename(
        theirs_frequency="frequency", theirs_recency="recency"
    )
    both = ours.outer_join(theirs, "customer")
    same = (
        (both.frequency == both.theirs_frequency)
        & (both.recency_days == both.theirs_recency)
        & (both.age_days == both.T)
        & ((both.monetary - both.monetary_value).abs() <= both.monetary.abs() * 1e-9)
    )
    different = engine.count(both.filter(~same.fill_null(False)))  # noqa: FBT003 - Ibis's own argument
    assert not different, f"{different:,} customers differ from lifetimes"
    return engine.count(ours)


if __name__ == "__main__":
    main()
