"""A database as a source: what is pulled again, and rows of it that wait in quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from keepwell.runs.quarantine import drop, mend
from support.databases import MakeUrl, new_database
from support.small_shop import ORDERS, Shop

__all__ = ["new_database"]

FROM = "{sql: 'env:SHOP', table: sales, watermark: changed_at}"


@contextmanager
def shop_with_table(folder: Path, url: str) -> Iterator[tuple[Shop, sa.Connection]]:
    """A shop whose orders are in a database, and the database to write to."""
    shop = Shop(folder, SHOP=url)
    database = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        shop.define(ORDERS.replace("{files: data/*.csv}", FROM))
        with database.connect() as connection:
            connection.execute(
                sa.text("CREATE TABLE sales (id TEXT, who TEXT, at TEXT, paid TEXT, changed_at TIMESTAMP)")
            )
            connection.commit()
            yield shop, connection
    finally:
        shop.close()
        database.dispose()


def sell(connection: sa.Connection, *rows: str) -> None:
    """``a1 10 1`` is order a1 of ¥10, written in minute 1."""
    insert = sa.text("INSERT INTO sales VALUES (:id, 'C1', '2025-03-01 10:00', :paid, :changed)")
    for row in rows:
        number, paid, minute = row.split()
        changed = f"2025-03-02 10:{int(minute):02}:00"
        connection.execute(insert, {"id": number, "paid": paid, "changed": changed})
    connection.commit()


def pull(shop: Shop) -> tuple[int, int, int]:
    """Rows, new and quarantined of one more pull."""
    shop.now += timedelta(minutes=1)
    counts = shop.take_in()["table sales"]
    assert shop.problems == []
    return counts.rows, counts.new, counts.quarantined


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_every_bad_row_of_every_pull_waits_once(tmp_path: Path, kind: str, new_database: MakeUrl) -> None:
    with shop_with_table(tmp_path / "plan", new_database(kind)) as (shop, connection):
        sell(connection, "a1 10 1", "a2 x 1", "a3 y 2")
        assert pull(shop) == (3, 1, 2)
        # The last instant comes again, with the bad row in it.
        assert pull(shop) == (1, 0, 1)
        assert len(shop.waiting()) == 2
        # Other rows have the numbers of those before.
        sell(connection, "a4 z 3", "a5 w 3", "a5 w 3", "a6 60 3")
        assert pull(shop) == (5, 1, 4)
        assert len(shop.waiting()) == len(shop.kept_originals()) == 5
        assert shop.amounts() == {"a1": 1000, "a6": 6000}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_was_settled_stays_settled_when_it_is_pulled_again(
    tmp_path: Path, kind: str, new_database: MakeUrl
) -> None:
    with shop_with_table(tmp_path / "plan", new_database(kind)) as (shop, connection):
        sell(connection, "a1 x 1", "a2 y 1", "a3 z 1", "a4 40 1")
        assert pull(shop) == (4, 1, 3)
        first, second, _ = (row.quarantine_id for row in shop.waiting())
        shop.now += timedelta(minutes=1)
        with shop.place() as place:
            assert mend(place, first, {"paid": "10"}).accepted == 1
            assert drop(place, [second], actor="test") == 1
        assert pull(shop) == (4, 0, 3)
        assert len(shop.waiting()) == 1
        assert shop.amounts() == {"a1": 1000, "a4": 4000}
