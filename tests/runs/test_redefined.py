"""A source whose definition changes is read anew, or keeps what it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.trial_shop import FIRST_DAY, ORDERS, SECOND_DAY, SETTINGS, write, write_shop
from support.trials import LATER, Trial, trials


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with trials(tmp_path_factory.mktemp("redefined")) as ready:
        yield ready


@pytest.fixture(scope="module")
def ran(trial: Trial) -> Path:
    plan = write_shop(trial.folder / "first" / "plan")
    trial.do("push", plan, FIRST_DAY)
    trial.do("run", plan, FIRST_DAY)
    return plan


def test_all_of_a_redefined_source_is_read_anew(trial: Trial, ran: Path) -> None:
    plan = trial.copy(ran)
    write(
        plan,
        {"sources/orders.yml": ORDERS.replace("items: {column: items, type: whole}", "items: {type: text}")},
    )
    trial.do("push", plan, SECOND_DAY)
    assert trial.do("run", plan, SECOND_DAY)["answer"] == []
    before, after = trial.state(ran, SECOND_DAY), trial.state(plan, SECOND_DAY)
    assert len(after["facts"]["orders"]) == len(before["facts"]["orders"])
    assert "'1']" in after["facts"]["orders"][0]
    assert after["facts"]["visits"] == before["facts"]["visits"]
    assert len(after["quarantine"]) == len(before["quarantine"])
    assert len(after["store"]["originals"]) == len(before["store"]["originals"])


@pytest.mark.parametrize("change", [("amount <= 50000", "amount <= 90"), ("type: whole", "type: text")])
def test_facts_whose_file_is_gone_are_not_thrown_away(
    trial: Trial, ran: Path, change: tuple[str, str]
) -> None:
    """Files are often moved away once they are read; the facts are all that is left of them."""
    plan = trial.copy(ran)
    (plan / "data/orders.csv").rename(plan / "data/orders-2025.csv")
    write(plan, {"sources/orders.yml": ORDERS.replace(*change)})
    trial.do("push", plan, SECOND_DAY)
    (problem,) = trial.do("run", plan, SECOND_DAY)["answer"]
    assert problem == (
        "orders: its definition changed, so all its files are to be read anew, and of those read before 1 are gone: "
        "data/orders.csv (put them back, or undo the change, or give the source a new name to begin without them)"
    )
    before, after = trial.state(ran, SECOND_DAY), trial.state(plan, SECOND_DAY)
    assert after["facts"] == before["facts"]
    assert after["quarantine"] == before["quarantine"]
    (plan / "data/orders-2025.csv").rename(plan / "data/orders.csv")
    assert trial.do("run", plan, SECOND_DAY + LATER)["answer"] == []


@pytest.mark.parametrize(
    "change",
    [
        ("data/orders*.csv", "data/order*.csv"),
        ("No order is worth that much here", "That is too much for one order"),
        ("  status: status", "  status: {column: status, about: {en: paid or returned, zh: 已付或已退}}"),
        ("source: orders", "source: orders\nlate_after: 30d"),
    ],
    ids=["another pattern", "another text", "a note", "when facts are late"],
)
def test_what_does_not_decide_how_rows_are_read_reads_nothing_anew(
    trial: Trial, ran: Path, change: tuple[str, str]
) -> None:
    plan = trial.copy(ran)
    write(
        plan,
        {"sources/orders.yml": ORDERS.replace(*change), "rates.csv": "day,currency,rate\n2025-01-01,USD,7\n"},
    )
    write(plan, {"keepwell.toml": SETTINGS.replace("[lake]", 'rates = "rates.csv"\n\n[lake]')})
    assert "error" not in trial.do("push", plan, SECOND_DAY)
    assert trial.do("run", plan, SECOND_DAY)["answer"] == []
    before, after = trial.state(ran, SECOND_DAY), trial.state(plan, SECOND_DAY)
    assert after["facts"] == before["facts"]
    assert after["inputs"] == before["inputs"]
    assert (
        len(list((plan / ".keepwell/lake/versions").glob("*.json"))) == 3 + 1 + 2
    )  # compaction in trials, segments of two days


def test_one_file_that_cannot_be_read_stops_no_other(trial: Trial, ran: Path) -> None:
    plan = trial.copy(ran)
    row = "B1,C1,2025-03-09 10:00,10.00,paid,1,Iris Meadow,13800138001,\n"
    header = (plan / "data/orders.csv").read_text().splitlines()[0]
    write(plan, {"data/orders-1.csv": "", "data/orders-2.csv": f"{header}\n{row}"})
    (problem,) = trial.do("run", plan, SECOND_DAY)["answer"]
    assert "orders-1.csv" in problem
    assert "the file is empty" in problem
    assert len(trial.state(plan, SECOND_DAY)["facts"]["orders"]) == 7
