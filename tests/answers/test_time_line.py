"""Somebody with ten thousand orders, most of them at one instant: each page of their time line is a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from keepwell.access.model import Viewer
from keepwell.answers.customer import EVENTS_PER_PAGE, Place, Wanted, time_line
from keepwell.answers.persons import find_customers
from keepwell.answers.sight import Sight
from support.served_shop import HEADER, NOW, ORDERS, SETTINGS, open_shop, publish_plan, run_plan
from support.trial_shop import write

MANY = 10_000


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    folder = tmp_path_factory.mktemp("busy")
    rows = [
        f"{number:05},hub,{'2026-05-01 10:00' if number % 10 else f'2025-{1 + number % 12:02}-03 09:00'},5,x,,\n"
        for number in range(MANY)
    ]
    files = {"keepwell.toml": SETTINGS, "sources/orders.yml": ORDERS, "data/o.csv": HEADER + "".join(rows)}
    write(folder, files)
    shop = open_shop(folder)
    publish_plan(shop, now=NOW)
    run_plan(shop, now=NOW)
    with shop.sight() as seen:
        yield seen
    shop.close()


def test_every_page_is_bounded_and_nothing_is_lost(busy: Sight, owner: Viewer) -> None:
    [hub] = find_customers(busy, owner, "hub")
    keys: list[str] = []
    before: Place | None = None
    for _ in range(12):
        page = time_line(busy, owner, hub, wanted=Wanted(kind="order"), before=before, limit=1_000)
        assert len(page.events) <= 1_000
        keys += [event.key for event in page.events]
        if (before := page.before) is None:
            break
    assert sorted(keys) == [f"{number:05}" for number in range(MANY)]
    assert len(time_line(busy, owner, hub).events) == EVENTS_PER_PAGE
    [*_, last] = time_line(busy, owner, hub, wanted=Wanted(year=2025), limit=MANY).events
    assert last.occurred_at.year == 2025
