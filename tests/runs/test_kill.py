"""kill -9 at every durable write: what was begun is done again, and everything is as if nothing had happened."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from support.trial_shop import FIRST_DAY, ORDERS, SECOND_DAY, write, write_second_day, write_shop
from support.trials import LATER, Trial, trials

State = dict[str, Any]
FEW = 2
"""Writes to be killed at, of each scene, in the quick suite; all of them in the heavy one."""

OWN = {
    "fields/tags.yml": "tag: level\nchoices: [gold, silver]\n",
    "segments/buyers.yml": "segment: buyers\nwhere: orders_lifetime >= 1\nworth: spend_lifetime\n",
    "segments/golden.yml": "segment: golden\nwhere: level = 'gold'\n",
}
"""A tag that is set by hand between the two runs, and segments that customers enter and leave."""
GOLD: dict[str, object] = {"tag": "level", "value": "gold", "parties": "shop:C1 shop:C2"}
REDEFINED = ORDERS.replace("amount <= 50000", "amount <= 90").replace("  note:", "  remark:")


@dataclass(frozen=True)
class Scene:
    """A deployment as it stands, and what is done to it then."""

    plan: Path
    do: str
    now: datetime
    more: dict[str, object]
    writes_min: int
    """As few writes as this, and the counting must be broken."""


@dataclass(frozen=True)
class Stage:
    """Deployments at several times of their life, made once."""

    trial: Trial
    pushed: Path
    ran: Path
    mended: Path
    """The quarantine after the first run, exported and mended as a file."""

    def scene(self, name: str) -> Scene:
        trial = self.trial
        match name:
            case "push":
                return Scene(write_shop(trial.folder / "bare" / "plan"), "push", FIRST_DAY, {}, 4)
            case "first run":
                return Scene(self.pushed, "run", FIRST_DAY, {}, 60)
            case "second run":
                plan = trial.copy(self.ran)
                write_second_day(plan)
                trial.do("tag", plan, FIRST_DAY, **GOLD)
                return Scene(plan, "run", SECOND_DAY, {}, 60)
            case "tag":
                return Scene(trial.copy(self.ran), "tag", SECOND_DAY, GOLD, 1)
            case "redefined":
                plan = trial.copy(self.ran)
                buyers = OWN["segments/buyers.yml"].replace(">= 1", ">= 2")
                write(plan, {"sources/orders.yml": REDEFINED, "segments/buyers.yml": buyers})
                trial.do("push", plan, SECOND_DAY)
                return Scene(plan, "run", SECOND_DAY, {}, 30)
            case "replay":
                return Scene(self.ran, "replay", SECOND_DAY, {"file": self.mended}, 20)
        assert name == "drop"
        ids = [row["quarantine_id"] for row in rows_of(self.mended)]
        return Scene(self.ran, "drop", SECOND_DAY, {"ids": " ".join(ids[:2])}, 8)


SCENES = ("push", "first run", "second run", "redefined", "tag", "replay", "drop")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("kill")
    with trials(folder) as trial:
        pushed = write_shop(folder / "pushed" / "plan")
        write(pushed, OWN)
        trial.do("push", pushed, FIRST_DAY)
        ran = trial.copy(pushed)
        assert trial.do("run", ran, FIRST_DAY)["answer"] == []
        mended = folder / "mended.csv"
        for source in ("orders", "members"):
            trial.do("export", ran, SECOND_DAY, source=source, file=folder / f"{source}.csv")
        mend([folder / "orders.csv", folder / "members.csv"], mended)
        yield Stage(trial, pushed, ran, mended)


def mend(files: list[Path], to: Path) -> None:
    """What somebody might do to two exported files; they have different columns."""
    rows = [row for file in files for row in rows_of(file)]
    rows = [row for row in rows if not row.get("whole_row") and "same key" not in row["problems"]]
    for row in rows:
        row.update(ordered_at="2025-03-01 10:00", paid="60.00", email="sage@willow.example")
        if row.get("member_no") == "12345":
            row["member_no"] = "13900139008"
    with to.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))


def in_the_end(trial: Trial, plan: Path, now: datetime) -> State:
    told = trial.do("run to the end", plan, now)
    state: State = told["answer"]
    return state


def differences(expected: State, found: State) -> dict[str, object]:
    """Only what differs, so that a failure can be read."""
    wrong: dict[str, object] = {}
    for name in expected.keys() | found.keys():
        one, other = expected.get(name), found.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            wrong |= {f"{name}/{key}": value for key, value in differences(one, other).items()}
        elif isinstance(one, list) and isinstance(other, list) and one != other:
            lost, more = [x for x in one if x not in other], [x for x in other if x not in one]
            wrong[name] = {"lost": lost, "more": more, "counts": (len(one), len(other))}
        elif one != other:
            wrong[name] = (one, other)
    return wrong


@pytest.mark.parametrize(
    "quick",
    [True, pytest.param(False, marks=[pytest.mark.heavy, pytest.mark.timeout(3600)])],
    ids=["few", "all"],
)
@pytest.mark.parametrize("name", SCENES)
def test_killed_at_a_write_and_done_again(name: str, quick: bool, stage: Stage) -> None:
    trial, scene = stage.trial, stage.scene(name)
    whole = trial.copy(scene.plan)
    told = trial.do(scene.do, whole, scene.now, **scene.more)
    writes: list[str] = told["writes"]
    assert len(writes) >= scene.writes_min, writes
    expected = in_the_end(trial, whole, scene.now + LATER)
    assert expected["litter"] == []
    points = [(number, False) for number in range(len(writes))]
    points += [(number, True) for number, what in enumerate(writes) if what.startswith("COPY")]
    step = len(points) // FEW if quick else 1
    for number, torn in points[step // 2 :: step]:
        plan = trial.copy(scene.plan)
        extra = {"torn": True} if torn else {}
        assert trial.ask(scene.do, plan, scene.now, fatal=number, **extra, **scene.more) == {"killed": True}
        if scene.do != "run":
            trial.do(scene.do, plan, scene.now + LATER, **scene.more)  # may find that it was done
        found = in_the_end(trial, plan, scene.now + LATER)
        wrong = differences(expected, found)
        assert not wrong, f"{name}, killed before write {number} ({writes[number]}, torn: {torn}): {wrong}"
        shutil.rmtree(plan)
    shutil.rmtree(whole)


def test_segments_and_tags_are_among_what_is_killed(stage: Stage) -> None:
    """Every kind of file of their history is written in the second run, and people come and go in it."""
    scene = stage.scene("second run")
    writes = " ".join(stage.trial.do("run", scene.plan, scene.now)["writes"])
    assert not {name for name in ("changes", "sizes", "members", "tags") if f"/lake/{name}/" not in writes}
    state = stage.trial.state(scene.plan, scene.now)
    moves = [row for row in state["segments"]["changes"] if "'moved'" in row and "2025, 3, 11" in row]
    assert sorted(row.split("'")[1] for row in moves) == ["buyers", "golden", "golden"]
    assert len(state["segments"]["tags"]) == 2


def test_a_restore_is_whole_or_not_there(stage: Stage) -> None:
    trial = stage.trial
    copies: dict[str, object] = {"backup": trial.folder / "b", "keys": trial.folder / "k"}
    assert "error" not in trial.do("back up", stage.ran, FIRST_DAY, **copies)
    expected = trial.state(stage.ran, FIRST_DAY)
    whole = trial.folder / "whole"
    writes = trial.do("restore", whole, FIRST_DAY, **copies)["writes"]
    assert len(writes) > 20
    assert trial.state(whole, FIRST_DAY) == expected
    for number in range(len(writes)):
        new = trial.folder / f"new {number}"
        assert trial.ask("restore", new, FIRST_DAY, fatal=number, **copies) == {"killed": True}
        if not new.exists():
            assert "error" not in trial.do("restore", new, FIRST_DAY, **copies)
        if number % 8 == 0 or number == len(writes) - 1:
            assert trial.state(new, FIRST_DAY) == expected


def test_a_backup_is_whole_or_refused(stage: Stage) -> None:
    trial = stage.trial
    whole: dict[str, object] = {"backup": trial.folder / "b0", "keys": trial.folder / "k0"}
    writes = trial.do("back up", stage.ran, FIRST_DAY, **whole)["writes"]
    assert len(writes) > 20
    for number in range(len(writes)):
        copies = {"backup": trial.folder / f"b {number}", "keys": trial.folder / f"k {number}"}
        assert trial.ask("back up", stage.ran, FIRST_DAY, fatal=number, **copies) == {"killed": True}
        told = trial.do("restore", trial.folder / f"of {number}", FIRST_DAY, **copies)
        assert told.get("error", "") == "" or "holds no finished" in told["error"]


def test_the_secret_is_made_once(stage: Stage) -> None:
    """Killed while the key store and its secret are made: neither is ever there without the other for good."""
    trial, own = stage.trial, {"own secret": True}
    writes = trial.do("keys", trial.copy(stage.pushed), FIRST_DAY, **own)["writes"]
    assert any("secret" in what for what in writes)
    for number in range(len(writes)):
        plan = trial.copy(stage.pushed)
        assert trial.ask("keys", plan, FIRST_DAY, fatal=number, **own) == {"killed": True}
        opened = trial.do("keys", plan, FIRST_DAY, **own)
        assert "error" not in opened
        assert "error" not in trial.do("keys", plan, FIRST_DAY, **own)


def test_what_a_version_lists_is_durable_before_the_version_is(stage: Stage) -> None:
    """When the power fails, the disk has what was synced: first the files and their folders, then the list."""
    plan = stage.trial.copy(stage.pushed)
    order: list[str] = stage.trial.do("run", plan, FIRST_DAY)["order"]
    lake = plan / ".keepwell/lake"
    synced: set[str] = set()
    written: list[Path] = []
    for what in order:
        if what.startswith("COPY"):
            written.append(Path(what.removeprefix("COPY ").strip("'")))
        elif found := re.fullmatch(r"fsync (?:folder )?(.*)", what):
            synced.add(found[1])
        elif what == f"replace {lake}/versions/CURRENT":
            for path in written:
                folders = [parent for parent in path.parents if parent == lake or lake in parent.parents]
                missing = {str(each) for each in (path, *folders)} - synced
                assert not missing, f"the version lists what is not yet durable: {missing}"
            written.clear()
    assert not written
