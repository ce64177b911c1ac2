"""Aggregates over windows: what each comes to, worked out by hand; then that bands change nothing, on random facts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import keepwell.fields.measures
from keepwell.core.clock import AsOf, local_day
from support.known_facts import Fact, Fields, fields_of
from support.plans import ORDERS, SETTINGS, good

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2025, 6, 30, 20, 0, tzinfo=SHANGHAI)
PLAN_OF_ORDERS = ORDERS.replace(
    "  items:", "  cost: cost\n  channel: channel\n  weight: {type: number}\n  items:"
)


def order(party: str, at: datetime, key: str, **columns: object) -> Fact:
    return Fact(party, at, key, {"order_id": key, **columns})


def ago(days: int, hour: int = 12) -> datetime:
    """An hour of a local day so many days before that of AS_OF."""
    return datetime(2025, 6, 30, hour, tzinfo=SHANGHAI) - timedelta(days)


def measured(folder: Path, fields: str, orders: Sequence[Fact], as_of: datetime = AS_OF) -> dict[str, Fields]:
    plan = good({"sources/orders.yml": PLAN_OF_ORDERS}, library=False, fields=fields)
    return fields_of(folder, plan, {"orders": orders}, as_of)


WINDOWS = "windows: [30d, previous 30d, lifetime]\n"
OVER = ("30d", "prev_30d", "lifetime")


def family(name: str, aggregate: str, where: str = "") -> str:
    condition = f"where: {where}\n" if where else ""
    return f"measure: {name}\nof: order\n{aggregate}\n{condition}{WINDOWS}"


def over(fields: Fields, name: str) -> tuple[object, ...]:
    """A family's values: in 30 days, in the 30 before, ever."""
    return tuple(fields[f"{name}_{window}"] for window in OVER)


def test_the_mode_and_its_share(tmp_path: Path) -> None:
    orders = [
        # In 30 days b twice of three; before that a; ever a and b as often: the smaller.
        *(
            order("ada", ago(day), f"A{day}", channel=channel)
            for day, channel in ((1, "b"), (2, "b"), (3, "c"))
        ),
        *(order("ada", ago(day), f"A{day}", channel="a") for day in (40, 41)),
        order("ada", ago(5), "A5", channel=None),
        # Nothing known of the channel.
        order("bea", ago(5), "B1", channel=None),
        # Characters beyond the first plane come last, capitals first: by code point.
        *(order("cid", ago(5), f"C{channel}", channel=channel) for channel in ("é", "Z", "a", "😀")),
    ]
    fields = f"{family('most', 'mode: channel')}---\n{family('share', 'mode_share: channel')}"
    found = measured(tmp_path, fields, orders)
    assert over(found["ada"], "most") == ("b", "a", "a")
    assert over(found["ada"], "share") == (2 / 3, 1.0, 2 / 5)
    assert over(found["bea"], "most") == over(found["bea"], "share") == (None, None, None)
    assert over(found["cid"], "most") == ("Z", None, "Z")
    assert over(found["cid"], "share") == (0.25, None, 0.25)


def test_different_values_by_the_end_of_their_window(tmp_path: Path) -> None:
    orders = [
        # a in both windows and long ago, b before only, c long ago only.
        *(order("ada", ago(day), f"A{day}", channel="a", amount=100) for day in (3, 45, 400)),
        order("ada", ago(50), "A50", channel="b", amount=-100),
        order("ada", ago(401), "A401", channel="c", amount=100),
        order("bea", ago(3), "B1", channel=None, amount=100),
    ]
    fields = f"{family('all', 'distinct: channel')}---\n{family('paid', 'distinct: channel', 'amount > 0')}"
    found = measured(tmp_path, fields, orders)
    assert over(found["ada"], "all") == (1, 2, 3)
    assert over(found["ada"], "paid") == (1, 1, 2)
    assert over(found["bea"], "all") == (0, 0, 0)


def test_a_sum_of_what_nobody_knows_is_missing_and_a_sum_of_nothing_is_0(tmp_path: Path) -> None:
    orders = [
        # In 30 days one cost of two is known; before that none is; ever one of three.
        order("ada", ago(1), "A1", amount=1000, cost=600),
        order("ada", ago(2), "A2", amount=500, cost=None),
        order("ada", ago(40), "A3", amount=300, cost=None),
        order("bea", ago(40), "B1", amount=300, cost=200),
    ]
    found = measured(tmp_path, family("margin", "sum: amount - cost"), orders)
    assert over(found["ada"], "margin") == (400, None, 400)
    assert over(found["bea"], "margin") == (0, 100, 100)


def test_a_total_fits_though_a_part_of_it_does_not(tmp_path: Path) -> None:
    """Integers are added exactly, whatever is between: 2^63 in one window and less in both together."""
    big = 2**63 - 1
    orders = [
        *(order("ada", ago(day), f"A{day}", amount=amount) for day, amount in ((1, big), (2, 1), (40, -1))),
        *(order("bea", ago(day), f"B{day}", amount=-big) for day in (1, 40)),
    ]
    found = measured(tmp_path, family("total", "sum: amount"), orders)
    assert over(found["ada"], "total") == (None, -1, big)
    assert over(found["bea"], "total") == (-big, -big, None)


def test_numbers_are_added_in_millionths(tmp_path: Path) -> None:
    """So that the order does not matter: 0.1 ten times is 1. Halves of a millionth go up."""
    orders = [
        *(order("ada", ago(day), f"A{day}", weight=0.1) for day in range(10)),
        order("bea", ago(1), "B1", weight=-0.25),
        order("bea", ago(2), "B2", weight=0.0000005),
        *(
            order("cid", ago(day), f"C{day}", weight=weight)
            for day, weight in enumerate((1e300, -1e300, 5.0))
        ),
        order("dot", ago(1), "D1", weight=9e12),
        order("eve", ago(1), "E1", weight=float("nan")),
    ]
    found = measured(tmp_path, family("kilos", "sum: weight"), orders)
    kilos = {name: found[name]["kilos_30d"] for name in found}
    assert kilos == {"ada": 1.0, "bea": -0.249999, "cid": None, "dot": 9e12, "eve": None}


def test_first_and_last_of_a_window(tmp_path: Path) -> None:
    orders = [
        *(order("ada", ago(day), f"A{day}", channel=f"c{day}") for day in (2, 5, 40, 50, 300)),
        order("ada", ago(1), "A1", channel=None),
        order("ada", ago(400), "A400", channel=None),
    ]
    fields = f"{family('first', 'first: channel')}---\n{family('last', 'last: channel')}"
    found = measured(tmp_path, fields, orders)["ada"]
    assert over(found, "first") == ("c5", "c50", "c300")
    assert over(found, "last") == ("c2", "c40", "c2")


def test_habits_by_the_local_clock(tmp_path: Path) -> None:
    """30 June 2025 is a Monday. 02:30 in Shanghai is the evening before in UTC."""
    orders = [
        *(
            order("ada", datetime(2025, 6, 30, 2, 30, tzinfo=SHANGHAI) - timedelta(days), f"A{days}")
            for days in (0, 7)
        ),
        order("ada", datetime(2025, 6, 29, 18, 0, tzinfo=SHANGHAI), "A3"),
    ]
    fields = f"{family('day', 'mode: weekday(occurred_on)')}---\n{family('hour', 'mode: hour(occurred_at)')}"
    fields += f"---\n{family('weekend', 'count: true', 'weekday(occurred_at) >= 6')}"
    found = measured(tmp_path, fields, orders)["ada"]
    assert (found["day_30d"], found["hour_30d"], found["weekend_30d"]) == (1, 2, 1)


# The property: whatever the facts, bands give what a plain reckoning of each customer's facts in each window gives.
NEW_YORK = ZoneInfo("America/New_York")
AT = datetime(2025, 3, 31, 12, tzinfo=NEW_YORK)
"""22 days after clocks went forward there, so that windows of 22 and 23 days begin on either side of it."""

ALL_WINDOWS = ("1d", "22d", "23d", "90d", "previous 1d", "previous 22d", "previous 90d", "lifetime")
CONDITIONS = {"any": None, "paid": "status = 'paid'", "plus": "amount > 0"}

Found = Sequence[Fact]
Reckoned = Callable[[Found], object]


def values(facts: Found, column: str) -> list[object]:
    return [fact.columns[column] for fact in facts if fact.columns[column] is not None]


def total(facts: Found) -> object:
    known = values(facts, "cost")
    return None if facts and not known else sum(known)  # type: ignore[arg-type]


def in_order(facts: Found) -> list[object]:
    return values(sorted(facts, key=lambda fact: (fact.at, fact.key)), "channel")


def most(facts: Found) -> tuple[object, float | None]:
    counts = Counter(values(facts, "channel"))
    if not counts:
        return None, None
    often = max(counts.values())
    return min(str(value) for value in counts if counts[value] == often), often / counts.total()


RECKONED: dict[str, Reckoned] = {
    "count: true": len,
    "sum: cost": total,
    "distinct: channel": lambda facts: len(set(values(facts, "channel"))),
    "mode: channel": lambda facts: most(facts)[0],
    "mode_share: channel": lambda facts: most(facts)[1],
    "first: channel": lambda facts: next(iter(in_order(facts)), None),
    "last: channel": lambda facts: next(iter(in_order(facts)[::-1]), None),
    "min: cost": lambda facts: min(values(facts, "cost"), default=None),  # type: ignore[type-var]
    "max: cost": lambda facts: max(values(facts, "cost"), default=None),  # type: ignore[type-var]
}
HOLDS: dict[str, Callable[[Fact], bool]] = {
    "any": lambda _: True,
    "paid": lambda fact: fact.columns["status"] == "paid",
    "plus": lambda fact: fact.columns["amount"] is not None and fact.columns["amount"] > 0,  # type: ignore[operator]
}


def within(fact: Fact, window: str) -> bool:
    """Whether a fact is in a window, by its local day alone."""
    if window == "lifetime":
        return True
    days = int(window.removeprefix("previous ").removesuffix("d"))
    back = (AsOf(AT, NEW_YORK).day - local_day(fact.at, NEW_YORK.key)).days
    return back // days == (1 if window.startswith("previous") else 0)


def random_facts(chance: random.Random) -> list[Fact]:
    edges = [
        AT.astimezone(UTC) - timedelta(days=days) for days in (0, 1, 2, 21, 22, 23, 43, 44, 89, 90, 179, 180)
    ]
    found = []
    for number in range(600):
        day = chance.choice(edges) if chance.random() < 0.7 else edges[0] - timedelta(chance.randint(0, 400))
        at = day.replace(hour=chance.choice((3, 4, 5, 16)), minute=0) + timedelta(
            seconds=chance.choice((-1, 0, 1, 5))
        )
        columns = {
            "amount": chance.choice((None, -5, 0, 7)),
            "cost": chance.choice((None, None, -(2**40), 3, 2**40)),
            "status": chance.choice((None, "paid", "returned")),
            "channel": chance.choice((None, "a", "b", "B", "é", "")),
        }
        found.append(order(f"c{chance.randint(0, 40)}", at, f"K{number}", **columns))
    return found


@pytest.mark.parametrize(("seed", "customers_at_once"), [(0, 1000), (1, 41), (2, 21)])
def test_bands_give_what_each_customers_facts_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, customers_at_once: int
) -> None:
    monkeypatch.setattr(keepwell.fields.measures, "CUSTOMERS_AT_ONCE", customers_at_once)
    definitions = [
        f"measure: m{number}_{condition}\nof: order\n{aggregate}\nwindows: [{', '.join(ALL_WINDOWS)}]\n"
        + (f"where: {text}\n" if text else "")
        for number, aggregate in enumerate(RECKONED)
        for condition, text in CONDITIONS.items()
    ]
    settings = SETTINGS.replace("Asia/Shanghai", NEW_YORK.key)
    files = {"keepwell.toml": settings, "sources/orders.yml": PLAN_OF_ORDERS}
    plan = good(files, library=False, fields="---\n".join(definitions))
    facts = random_facts(random.Random(seed))
    found = fields_of(tmp_path, plan, {"orders": facts}, AT)
    known = [fact for fact in facts if fact.at <= AT]
    assert 0 < len(known) < len(facts), "some are still to come"
    for customer, fields in found.items():
        own = [fact for fact in known if fact.party == customer]
        for number, (aggregate, reckon) in enumerate(RECKONED.items()):
            for condition, holds in HOLDS.items():
                for window in ALL_WINDOWS:
                    name = f"m{number}_{condition}_{window.replace('previous ', 'prev_')}"
                    expected = reckon([fact for fact in own if holds(fact) and within(fact, window)])
                    assert fields[name] == expected, (customer, aggregate, condition, window)
