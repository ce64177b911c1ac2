"""Words from the store into the lake: all of them, each once, whatever comes between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keepwell.customers.tags import set_tag
from keepwell.exchange import collect_tags as collecting
from keepwell.exchange.collect_tags import collect_tags
from keepwell.fields.tags import TAG_SCHEMA
from keepwell.lake.engine import open_engine
from keepwell.lake.lake import Lake
from keepwell.store.engine import Store
from support.databases import database_kind, new_database, store, store_url

__all__ = ["database_kind", "new_database", "store", "store_url"]

NOW = datetime(2025, 3, 10, 4, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    engine = open_engine(tmp_path / "spill", threads=1)
    yield Lake(tmp_path / "lake", engine)
    engine.close()


def say(store: Store, parties: list[str], value: str | None) -> None:
    with store.write() as session:
        set_tag(session, "vip", parties, value, actor="wei", now=NOW)


def held(lake: Lake) -> list[tuple[str, str | None]]:
    rows = lake.engine.rows(lake.read(lake.current().tags, TAG_SCHEMA).order_by("number"))
    return [(row["party_key"], row["value"]) for row in rows]


def test_what_is_new_is_collected_once(store: Store, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "WORDS_PER_FILE", 2)
    assert collect_tags(lake, store, now=NOW) == 0
    assert lake.current().version == 0
    say(store, ["p:1"], "gold")
    say(store, ["p:2"], "=1+1")
    say(store, ["p:1"], None)
    assert collect_tags(lake, store, now=NOW) == 3
    assert held(lake) == [("p:1", "gold"), ("p:2", "=1+1"), ("p:1", None)]
    assert len(lake.current().tags) == 2
    assert collect_tags(lake, store, now=NOW) == 0
    assert lake.current().version == 1
    say(store, ["p:3"], "gold")
    assert collect_tags(lake, store, now=NOW) == 1
    assert held(lake)[3:] == [("p:3", "gold")]


def test_a_crash_before_the_version_loses_and_doubles_nothing(
    store: Store, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(store, ["p:1", "p:2"], "gold")

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(lake, "publish", dies)
        with pytest.raises(KeyboardInterrupt):
            collect_tags(lake, store, now=NOW)
    assert held(lake) == []
    assert collect_tags(lake, store, now=NOW) == 2
    assert sorted(held(lake)) == [("p:1", "gold"), ("p:2", "gold")]
