"""A publication that is cut off at any step is finished by publishing again, and never done twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from keepwell.catalog.init import init_bare
from keepwell.catalog.sample import sample_orders
from keepwell.intake.readers import LIMITS
from keepwell.publishing.folder import marked
from keepwell.publishing.queries import history
from keepwell.runs.first_load import publish as room
from keepwell.runs.first_load.add import add_file
from keepwell.runs.first_load.draft import KEPT, Basics, Desk, Draft, incoming, sweep_drafts
from keepwell.runs.first_load.publish import Publishing
from keepwell.wiring import Deployment, deployment
from support.served_shop import NOW

BASICS = Basics(name="Shop", time_zone="Asia/Shanghai", currency="CNY", language="zh")


class Cut(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Deployment]:
    (tmp_path / "plan").mkdir()
    init_bare(tmp_path / "plan")
    opened = deployment(tmp_path / "plan", {})
    yield opened
    opened.close()


def drafted(shop: Deployment) -> tuple[Desk, Draft]:
    desk = Desk(shop.work, 1)
    shop.store.close()
    coming = incoming(desk, desk.read(NOW))
    coming.write(sample_orders(NOW.date()).encode())
    draft = add_file(desk, desk.read(NOW), coming.close(), "orders.csv", LIMITS)
    desk.write(draft, NOW)
    return desk, draft


@pytest.mark.parametrize("step", ["_link", "publish", "record", "replace_files", "mark"])
def test_cut_off_and_begun_again(shop: Deployment, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, draft = drafted(shop)
    asked: list[int] = []

    def work() -> Publishing:
        return Publishing(shop.folder, shop.store, desk, ask_for_run=lambda _: asked.append(1))

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(room, step, cut)
        with pytest.raises(Cut):
            work().publish(draft, BASICS, author="a", reason="r", now=NOW)
    with shop.store.read() as session:
        published = len(history(session))
    assert published == (step in {"replace_files", "mark"})
    version, in_step = work().publish(desk.read(NOW), BASICS, author="a", reason="r", now=NOW)
    assert (version.number, in_step) == (1, True)
    with shop.store.read() as session:
        assert len(history(session)) == 1
    assert marked(shop.folder) is not None
    assert (shop.folder / "sources/orders.yml").exists()
    assert [path.name for path in (shop.folder / "data/orders").iterdir()] == ["orders.csv"]
    assert not desk.folder.exists()


def test_drafts_nobody_touches_go_with_their_files(shop: Deployment) -> None:
    desk, _ = drafted(shop)
    sweep_drafts(shop.work, NOW)
    assert desk.read(NOW + KEPT) == Draft(at=NOW + KEPT)
    sweep_drafts(shop.work, NOW + timedelta(days=365 * 5))
    assert not desk.folder.exists()
