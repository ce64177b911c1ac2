"""All shipped fields of the same facts on DuckDB and on Spark `local[2]`: equal answers, and how their cost grows.

At scale 1 there are 1, 5 and 10 million facts. `SCALE` in the environment or `--scale` makes them fewer.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from pyspark.sql import SparkSession

from keepwell.fields.customers import customer_fields
from keepwell.lake.engine import Engine
from keepwell.lake.engines.spark_session import open_spark
from keepwell.lake.lake import ReadableLake
from keepwell.lake.manifest import Manifest
from keepwell.runs.place import Place
from report import Result, seconds_of, tell
from shop import FACTS_HELD, Shop, place_of

FACTS = (1_000_000, 5_000_000, 10_000_000)
WARM_UP = 10_000
"""Facts of an unmeasured round: Java is slow at everything that it does for the first time."""
MASTER = "local[2]"
HEAP = "6g"
SETTINGS = {
    "spark.driver.memory": HEAP,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}


def main() -> None:
    """Measure everything and tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    scale = arguments.parse_args().scale
    with tempfile.TemporaryDirectory() as folder:
        spill = Path(folder) / "spark"
        opening, spark = seconds_of(lambda: open_spark(spill, master=MASTER, settings=SETTINGS))
        results = [Result(case=f"open Spark {MASTER}", unit="s", ours=opening, better="lower")]
        sides(Path(folder), WARM_UP, spark)
        seconds = []
        for facts in (int(count * scale) for count in FACTS):
            seconds.append(sides(Path(folder), facts, spark))
            results.append(
                Result(
                    case=f"{facts:,} facts: all fields on Spark {MASTER}",
                    unit="s",
                    ours=seconds[-1][1],
                    better="lower",
                    peer=seconds[-1][0],
                    peer_name="DuckDB, 2 threads",
                )
            )
        results += [*growth(seconds), heap()]
        spark.close()
    tell("spark", scale, results)


def sides(folder: Path, facts: int, spark: Engine) -> tuple[float, float]:
    """Seconds on DuckDB and on Spark for all fields of a shop with so many facts; their answers are equal."""
    own = folder / f"shop{facts}"
    own.mkdir()
    shop = Shop(own, facts / FACTS_HELD)
    opened = shop.write_plan()
    with place_of(opened) as place:
        manifest = shop.fill(place)
        taken, answers = zip(
            *(fields_on(engine, place, manifest) for engine in (place.lake.engine, spark)), strict=True
        )
    opened.close()
    assert answers[0].equals(answers[1]), f"the answers on {facts:,} facts differ"
    assert answers[0].num_rows == shop.facts_held // 50
    return taken


def fields_on(engine: Engine, place: Place, manifest: Manifest) -> tuple[float, pa.Table]:
    """How long an engine takes for all fields of all customers, and these, in one order."""
    lake = ReadableLake(place.lake.folder, engine)
    seconds, fields = seconds_of(
        lambda: engine.stage(customer_fields(place.plan, lake, manifest, place.as_of).customers)
    )
    answer = engine.collect(fields.order_by("customer_id"))
    engine.drop(fields.get_name())
    return seconds, answer


def growth(seconds: Sequence[tuple[float, float]]) -> list[Result]:
    """How many times as long the most facts take as the fewest, which are ten times fewer."""
    return [
        Result(
            case=f"ten times the facts: {name}", unit="times the seconds", ours=most / fewest, better="lower"
        )
        for name, fewest, most in zip(("DuckDB", f"Spark {MASTER}"), seconds[0], seconds[-1], strict=True)
    ]


def heap() -> Result:
    """The most that Java held of what it was allowed."""
    session = SparkSession.getActiveSession()
    assert session is not None
    pools = session.sparkContext._jvm.java.lang.management.ManagementFactory.getMemoryPoolMXBeans()  # type: ignore[union-attr]  # noqa: SLF001 - the only way there
    held = sum(pool.getPeakUsage().getUsed() for pool in pools if pool.getType().toString() == "Heap memory")
    return Result(case=f"Java heap at its fullest, of {HEAP}", unit="MiB", ours=held / 2**20, better="lower")


if __name__ == "__main__":
    main()
