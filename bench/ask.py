"""Any 5 of 200 fields: how many customers meet a condition, what is at stake, and a sorted page of them with reasons.

At scale 1 a million customers in a real snapshot file, asked through `answers.ask` as a page or command asks, beside
the two queries anybody would write by hand on the same file. `SCALE` in the environment or `--scale` makes it smaller.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import process_time

import duckdb

from keepwell.access.model import ADMINISTRATOR, Viewer
from keepwell.answers.ask import ask
from keepwell.answers.sight import Sight
from keepwell.catalog.files import read_folder
from keepwell.catalog.plan import Plan
from keepwell.lake.snapshot import CUSTOMERS, MEMBERS, PARTIES, SnapshotInfo
from keepwell.language.types import Field, Type
from keepwell.publishing.commands import publish
from keepwell.wiring import Deployment, deployment
from report import Made, Result, peak_memory_mib, seconds_of, tell

WORK = Path(__file__).parent / ".work/ask"
CUSTOMERS_AT_SCALE_1 = 1_000_000
TAGS, FIELDS_ASKED, PAGE = 200, 5, 50
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
VIEWER = Viewer(1, "bench", frozenset({ADMINISTRATOR}))
WORTH = "tag_money_0"
CHOICES = ("gold", "silver", "bronze", "basic", "none_yet")
SETTINGS = 'format = 1\nname = "Bench"\ntime_zone = "Asia/Shanghai"\ncurrency = "CNY"\n'
TYPES = ("whole", "number", "money", "text", "flag", "day", "moment")

VALUES = {
    Type.WHOLE: "(hash(n, {seed}) % 100)::BIGINT",
    Type.NUMBER: "(hash(n, {seed}) % 100000) / 1000",
    Type.MONEY: "(hash(n, {seed}) % 1000000)::BIGINT",
    Type.FLAG: "hash(n, {seed}) % 2 = 0",
    Type.DAY: "DATE '2020-01-01' + (hash(n, {seed}) % 2300)::INT",
    Type.MOMENT: "TIMESTAMP '2020-01-01' + to_seconds((hash(n, {seed}) % 200000000)::BIGINT)",
}
"""Type → a value of customer number n; hash() is the engine's own, and nothing of it outlives a run."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition in the language, and by hand in SQL."""

    expression: str
    sql: str
    sort: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What questions took, one after the other; processor time tells more where others use the machine as well."""

    seconds: list[float]
    processor_seconds: list[float]

    def time(self, work: Callable[[], Made]) -> Made:
        """Do one."""
        began = process_time()
        seconds, made = seconds_of(work)
        self.seconds.append(seconds)
        self.processor_seconds.append(process_time() - began)
        return made


def main() -> None:
    """Measure everything and tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    arguments.add_argument("--questions", type=int, default=100)
    given = arguments.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        tell("ask", given.scale, measure(int(CUSTOMERS_AT_SCALE_1 * given.scale), given.questions))
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def measure(customers: int, questions: int) -> list[Result]:
    """Every question by both ways, in turn."""
    opened = write_plan()
    seconds, _ = seconds_of(lambda: write_snapshot(opened, customers))
    with opened.sight() as sight:
        fields = len(sight.plan.customer_record().fields)
        print(f"a snapshot of {customers:,} customers with {fields} fields, made in {seconds:.0f} s")
        by_hand = duckdb.connect(str(opened.snapshots.folder / sight.snapshot.info.file), read_only=True)
        chance = random.Random(1)
        first, *asked = [question(chance, sight.plan) for _ in range(questions + 1)]
        answered(sight, by_hand, [first])  # reads the file in, and imports
        ours, peer = answered(sight, by_hand, asked)
        by_hand.close()
    opened.close()
    return results(f"{customers:,} × {fields}", ours, peer)


def answered(sight: Sight, by_hand: duckdb.DuckDBPyConnection, asked: list[Asked]) -> tuple[Taken, Taken]:
    """What each question takes, ours and by hand; that both say the same is checked."""
    ours, peer = Taken([], []), Taken([], [])
    for one in asked:
        answer = ours.time(
            lambda one=one: ask(sight, VIEWER, one.expression, worth=WORTH, sort=one.sort, limit=PAGE)
        )
        count, worth, ids = peer.time(lambda one=one: bare(by_hand, one))
        assert (answer.count, answer.worth_minor) == (count, worth), one
        assert [found.customer_id for found in answer.found] == ids, one
    return ours, peer


def bare(by_hand: duckdb.DuckDBPyConnection, one: Asked) -> tuple[int, int | None, list[str]]:
    """What anybody would write: one query for the figures, one for the page with all its fields."""
    figures = f"SELECT count(*), sum({WORTH})::BIGINT FROM {CUSTOMERS} WHERE {one.sql}"
    count, worth = by_hand.execute(figures).fetchall()[0]
    page = (
        f"SELECT * FROM {CUSTOMERS} WHERE {one.sql} "
        f"ORDER BY {one.sort} DESC NULLS LAST, customer_id LIMIT {PAGE}"
    )
    found = by_hand.execute(page)
    place = [column[0] for column in found.description].index("customer_id")
    return count, worth, [row[place] for row in found.fetchall()]


def results(size: str, ours: Taken, peer: Taken) -> list[Result]:
    """Median and 95th percentile by the clock on the wall, and the median of processor time."""
    figures: dict[str, Callable[[Taken], float]] = {
        "median": lambda taken: median(taken.seconds),
        "p95": lambda taken: quantiles(taken.seconds, n=20)[-1],
        "processor time, median": lambda taken: median(taken.processor_seconds),
    }
    told = [
        Result(
            case=f"ask any {FIELDS_ASKED} fields of {size}, {name}",
            unit="s",
            ours=figure(ours),
            better="lower",
            peer=figure(peer),
            peer_name="the queries by hand",
            goal=1.0 if name == "p95" else None,
            goal_on="ours" if name == "p95" else None,
        )
        for name, figure in figures.items()
    ]
    return [*told, Result(case="peak memory", unit="MiB", ours=peak_memory_mib(), better="lower")]


def write_plan() -> Deployment:
    """A plan with 200 tags of all types, published."""
    tags = [
        f"tag: tag_{TYPES[n % len(TYPES)]}_{n // len(TYPES)}\ntype: {TYPES[n % len(TYPES)]}\n"
        for n in range(TAGS)
    ]
    chosen = f"choices: [{', '.join(CHOICES)}]\n"
    texts = [tag + chosen if "type: text" in tag else tag for tag in tags]
    WORK.joinpath("fields").mkdir(parents=True)
    WORK.joinpath("keepwell.toml").write_text(SETTINGS, "utf-8")
    WORK.joinpath("fields/tags.yml").write_text("---\n".join(texts), "utf-8")
    opened = deployment(WORK, {})
    with opened.store.write() as session:
        publish(session, read_folder(WORK), author="bench", reason="bench", now=NOW)
    return opened


def write_snapshot(opened: Deployment, customers: int) -> None:
    """A snapshot as a run writes it, a tenth of every value missing."""
    plan, number = opened.plan()
    columns = [
        f"{column(each, seed)} AS {each.name}"
        for seed, each in enumerate(plan.customer_record().fields.values())
    ]
    made = WORK / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM range({customers}) AS r(n) ORDER BY customer_id) TO '{made}'"
        )
    lake = opened.lake()
    rows = lake.engine.read_all([made])
    parties = rows.select("customer_id", party_key="shop:" + rows.customer_id)
    members = rows.filter(rows.tag_flag_0).select("customer_id", segment=rows.tag_text_0)
    tables = {CUSTOMERS: rows, PARTIES: parties, MEMBERS: members}
    path = opened.snapshots.write(lake.engine, "bench", tables)
    opened.snapshots.publish(
        SnapshotInfo(
            file=path.name,
            as_of=NOW,
            made_at=NOW,
            run_id="bench",
            lake_version=1,
            plan_version=number,
            customers=customers,
        )
    )
    lake.engine.close()
    made.unlink()


def column(field: Field, seed: int) -> str:
    """The value of a field of customer number n."""
    if field.name == "customer_id":
        return "'c' || md5(n::VARCHAR)[:19]"
    if field.type is Type.TEXT:
        choices = ", ".join(f"'{choice}'" for choice in field.choices or CHOICES)
        value = f"[{choices}][1 + (hash(n, {seed}) % {len(field.choices or CHOICES)})::INT]"
    else:
        value = VALUES[field.type].format(seed=seed)
    return f"CASE WHEN hash(n, {seed}, 1) % 10 > 0 THEN {value} END"


def question(chance: random.Random, plan: Plan) -> Asked:
    """A condition over any five fields, with `and` and `or` between them, sorted by any field."""
    fields = [each for name, each in plan.customer_record().fields.items() if name.startswith("tag_")]
    parts = [part(chance, each) for each in chance.sample(fields, FIELDS_ASKED)]
    form = "{0} and ({1} or {2})" + chance.choice((" and ", " or ")) + "{3} and {4}"
    expressions, queries = zip(*parts, strict=True)
    return Asked(form.format(*expressions), form.format(*queries), chance.choice(fields).name)


def part(chance: random.Random, field: Field) -> tuple[str, str]:
    """A comparison of one field, in the language and in SQL."""
    name = field.name
    match field.type:
        case Type.WHOLE:
            limit = chance.randrange(100)
            return f"{name} >= {limit}", f"{name} >= {limit}"
        case Type.NUMBER:
            limit = chance.randrange(100)
            return f"{name} < {limit}.5", f"{name} < {limit}.5"
        case Type.MONEY:
            limit = chance.randrange(10_000)
            return f"{name} > {limit}", f"{name} > {limit * 100}"
        case Type.TEXT:
            two = ", ".join(f"'{choice}'" for choice in chance.sample(CHOICES, 2))
            return f"{name} in ({two})", f"{name} IN ({two})"
        case Type.FLAG:
            return name, name
        case Type.DAY:
            day = date(2020, 1, 1) + timedelta(days=chance.randrange(2300))
            return f"{name} >= '{day}'", f"{name} >= DATE '{day}'"
        case Type.MOMENT:
            days = chance.randrange(2300)
            return (
                f"days_since({name}) < {days}",
                f"date_diff('day', ({name} + INTERVAL 8 HOUR)::DATE, DATE '2026-06-01') < {days}",
            )


if __name__ == "__main__":
    main()
