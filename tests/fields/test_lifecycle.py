"""The shipped stages at every limit, and a day to either side of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from support.known_facts import Fact, Fields, fields_of
from support.plans import good

AS_OF = datetime(2025, 6, 30, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

VISITS = """\
source: visits
from: {files: data/visits.csv}
fact: interaction
system: shop
key: [visit]
columns:
  visit: {column: visit, type: text}
  party: customer_no
  occurred_at: at
  type: {value: "'visit'"}
"""

STAGES: dict[str, tuple[list[int], str, str]] = {
    # Customer: (days ago of their orders, lifecycle_stage, rhythm_stage)
    "first today": ([0], "new", "no_rhythm"),
    "first 29": ([29], "new", "no_rhythm"),
    "first 30": ([30], "silent", "no_rhythm"),
    "two, last 29": ([400, 300, 200, 29], "active", "in_time"),
    "last 29": ([100, 29], "active", "no_rhythm"),
    "last 30": ([100, 30], "silent", "no_rhythm"),
    "last 59": ([100, 59], "silent", "no_rhythm"),
    "last 60": ([100, 60], "at_risk", "no_rhythm"),
    "last 179": ([200, 179], "at_risk", "no_rhythm"),
    "last 180": ([200, 180], "dormant", "no_rhythm"),
    "last 364": ([400, 364], "dormant", "no_rhythm"),
    "last 365": ([400, 365], "lost", "no_rhythm"),
    # A year of 365 days holds today and the 364 days before it.
    "four in 365": ([364, 250, 120, 10], "loyal", "in_time"),
    "three in 365": ([365, 250, 120, 10], "active", "in_time"),
    "three, two of one day": ([120, 10, 10, 60], "loyal", "no_rhythm"),
    "four, silent": ([364, 250, 120, 30], "silent", "in_time"),
    "back after 180": ([189, 9], "won_back", "no_rhythm"),
    "back after 179": ([188, 9], "active", "no_rhythm"),
    "back for 89": ([289, 89], "won_back", "no_rhythm"),
    "back for 90": ([290, 90], "at_risk", "no_rhythm"),
    "back and bought again": ([400, 80, 50, 5], "won_back", "in_time"),
    # Gaps of 20 days: due from 20 days of silence on, overdue from 40, broken off from 80.
    "rhythm 19": ([79, 59, 39, 19], "loyal", "in_time"),
    "rhythm 20": ([80, 60, 40, 20], "loyal", "due"),
    "rhythm 39": ([99, 79, 59, 39], "silent", "due"),
    "rhythm 40": ([100, 80, 60, 40], "silent", "overdue"),
    "rhythm 79": ([139, 119, 99, 79], "at_risk", "overdue"),
    "rhythm 80": ([140, 120, 100, 80], "at_risk", "broken_off"),
}

OTHERS: dict[str, tuple[list[tuple[int, int, str | None]], list[int], str]] = {
    # Customer: (orders as days ago, amount and status; visits as days ago; lifecycle_stage)
    "only visits": ([], [3], "prospect"),
    "only cancelled": ([(3, 100, "cancelled")], [], "prospect"),
    "only returned": ([(3, 100, "returned")], [], "prospect"),
    "only given back": ([(3, -100, None)], [], "prospect"),
    "free": ([(3, 0, None)], [], "prospect"),
    "visit ends the silence": ([(100, 100, None)], [29], "active"),
    "visit before the order": ([(31, 100, None)], [50], "silent"),
    "return ends the silence": ([(100, 100, None), (29, -100, "returned")], [], "active"),
    "cancelled order ends the silence": ([(100, 100, None), (59, 100, "cancelled")], [], "silent"),
    "return is no purchase": ([(250, 100, None), (10, -100, None)], [], "active"),
    "status missing counts": ([(d, 100, None) for d in (90, 60, 20, 10)], [], "loyal"),
}


def ago(days: int) -> datetime:
    """The same time of day, so many local days before (Shanghai's clocks do not change)."""
    return AS_OF - timedelta(days=days)


def order(party: str, key: str, days: int, amount: int, status: str | None) -> Fact:
    return Fact(party, ago(days), key, {"order_id": key, "amount": amount, "status": status})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fields]:
    plain: dict[str, list[tuple[int, int, str | None]]] = {
        party: [(days, 100, "paid") for days in given[0]] for party, given in STAGES.items()
    }
    others = {party: given[0] for party, given in OTHERS.items()}
    orders = [
        order(party, f"{party} {number}", *values)
        for party, of_party in [*plain.items(), *others.items()]
        for number, values in enumerate(of_party)
    ]
    visits = [
        Fact(party, ago(days), f"{party} {days}", {"type": "visit"})
        for party, given in OTHERS.items()
        for days in given[1]
    ]
    plan = good({"sources/visits.yml": VISITS})
    facts = {"orders": orders, "visits": visits}
    return fields_of(tmp_path_factory.mktemp("lifecycle"), plan, facts, AS_OF, also=["nothing known"])


def test_stages_of_those_who_only_buy(found: dict[str, Fields]) -> None:
    stages = {party: (found[party]["lifecycle_stage"], found[party]["rhythm_stage"]) for party in STAGES}
    assert stages == {party: (lifecycle, rhythm) for party, (_, lifecycle, rhythm) in STAGES.items()}


def test_returns_cancellations_and_visits_end_a_silence_but_are_no_purchase(found: dict[str, Fields]) -> None:
    stages = {party: found[party]["lifecycle_stage"] for party in OTHERS}
    assert stages == {party: stage for party, (_, _, stage) in OTHERS.items()}


def test_of_whom_nothing_is_known_is_a_prospect_without_rhythm(found: dict[str, Fields]) -> None:
    nobody = found["nothing known"]
    assert (nobody["lifecycle_stage"], nobody["rhythm_stage"]) == ("prospect", "no_rhythm")
    assert nobody["silent_days"] is None
    assert nobody["last_interaction_at"] is None
    assert nobody["orders_365d"] == nobody["spend_365d"] == 0


def test_spend_is_less_what_was_given_back(found: dict[str, Fields]) -> None:
    assert found["return ends the silence"]["spend_lifetime"] == 0
    assert found["only cancelled"]["spend_lifetime"] == 0
    assert found["only given back"]["spend_lifetime"] == -100


def test_days_are_local_days_whatever_the_hour(tmp_path: Path) -> None:
    """An order late in the evening of a day was as many days ago as one early in its morning."""
    morning, evening = (AS_OF.replace(day=1, hour=hour, minute=minute) for hour, minute in ((0, 0), (23, 59)))
    orders = [
        Fact(name, at, name, {"order_id": name, "amount": 100})
        for name, at in (("m", morning), ("e", evening))
    ]
    fields = fields_of(tmp_path, good(), {"orders": orders}, AS_OF.replace(hour=0, minute=0, second=1))
    assert [fields[name]["silent_days"] for name in "me"] == [29, 29]
    assert [fields[name]["lifecycle_stage"] for name in "me"] == ["new", "new"]
