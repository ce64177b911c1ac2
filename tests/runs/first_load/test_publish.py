"""A publication that is killed before any durable write is finished by publishing again, and never done twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from keepwell.catalog.init import init_bare
from keepwell.catalog.sample import sample_orders
from keepwell.intake.readers import LIMITS
from keepwell.publishing.folder import folder_texts, marked
from keepwell.publishing.queries import history
from keepwell.runs.first_load.add import add_file
from keepwell.runs.first_load.draft import KEPT, Desk, Draft, incoming, sweep_drafts
from keepwell.store.audit import entries
from keepwell.store.jobs import recent_jobs
from keepwell.wiring import deployment
from support.served_shop import NOW
from support.trials import LATER, Trial, trials

WRITES_MIN = 12
"""The draft, two links, the transaction, two plan files, the mark and the end of the draft: fewer, and none counts."""


def drafted(folder: Path) -> Path:
    """A bare plan with a draft of two files of one shape."""
    folder.mkdir()
    init_bare(folder)
    found = deployment(folder, {})
    with found.store.read():
        desk = Desk(found.work, 1)
        for name in ("orders.csv", "orders (1).csv"):
            coming = incoming(desk, desk.read(NOW))
            coming.write(sample_orders(NOW.date()).encode())
            desk.write(add_file(desk, desk.read(NOW), coming.close(), name, LIMITS), NOW)
    found.close()
    return folder


@dataclass(frozen=True)
class Stage:
    """A draft about to be published, and how often that writes."""

    trial: Trial
    plan: Path
    writes: list[str]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("first_load")
    plan = drafted(folder / "plan")
    with trials(folder, cold=True) as trial:
        whole = trial.copy(plan)
        told = trial.do("publish draft", whole, NOW)
        assert told["answer"] == [1, True]
        published_once(whole)
        yield Stage(trial, plan, told["writes"])


def published_once(plan: Path) -> None:
    """One version, one run asked for, one line of audit, the plan folder in step, the files there, the draft gone."""
    found = deployment(plan, {})
    try:
        with found.store.read() as session:
            [version] = history(session)
            assert len(recent_jobs(session, kind="run", limit=9)) == 1
            assert len(entries(session, action="publish_first_load").entries) == 1
        assert found.plan()[0].settings.currency == "CNY"
    finally:
        found.close()
    assert set(folder_texts(plan)) == {"keepwell.toml", "sources/orders.yml"}
    noted = marked(plan)
    assert noted is not None
    assert noted.number == version.number
    data = sorted(path.name for path in (plan / "data/orders").iterdir())
    assert data == ["orders (1).csv", "orders.csv"]
    assert not (plan / ".keepwell/drafts/1/draft.json").exists()


def test_killed_anywhere_and_begun_again(stage: Stage) -> None:
    assert len(stage.writes) >= WRITES_MIN
    assert "commit" in stage.writes
    for fatal in range(len(stage.writes)):
        plan = stage.trial.copy(stage.plan)
        assert stage.trial.ask("publish draft", plan, NOW, fatal=fatal) == {"killed": True}, fatal
        again = stage.trial.do("publish draft", plan, NOW + LATER)
        assert again.get("answer") in ([1, True], []), (fatal, stage.writes[fatal], again)
        published_once(plan)


def test_drafts_nobody_touches_go_with_their_files(tmp_path: Path) -> None:
    plan = drafted(tmp_path / "plan")
    work = plan / ".keepwell"
    desk = Desk(work, 1)
    sweep_drafts(work, NOW)
    assert desk.read(NOW + KEPT) == Draft(at=NOW + KEPT)
    sweep_drafts(work, NOW + timedelta(days=365 * 5))
    assert not desk.folder.exists()


def test_two_files_of_one_name_lie_beside_each_other(stage: Stage) -> None:
    """A file of that name was there already and is not ours: it stays as it is."""
    plan = stage.trial.copy(stage.plan)
    (plan / "data/orders").mkdir(parents=True)
    mine = plan / "data/orders/orders.csv"
    mine.write_text("mine\n", "utf-8")
    assert stage.trial.do("publish draft", plan, NOW)["answer"] == [1, True]
    assert mine.read_text("utf-8") == "mine\n"
    assert sorted(path.name for path in mine.parent.iterdir()) == [
        "orders (1).csv",
        "orders-2.csv",
        "orders.csv",
    ]
