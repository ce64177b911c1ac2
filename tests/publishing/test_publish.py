"""Publishing plans: versions, and what stands in the way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from keepwell.catalog.files import PlanFiles
from keepwell.core.errors import PlanRefused
from keepwell.publishing.commands import publish
from keepwell.publishing.errors import NoSuchVersion, NotPulled
from keepwell.publishing.queries import Version, current, history, version
from keepwell.store.engine import Store
from support.plans import plan_files

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
ONE = plan_files()
TWO = plan_files(fields="measure: x\nof: order\ncount: true\nlabel: {zh: 订单}\n")
THREE = plan_files(fields="measure: x\nof: order\ncount: true\nwindow: 30d\n")


def put(store: Store, files: PlanFiles, expected: int | None = None, author: str = "ada") -> Version:
    with store.write() as session:
        return publish(session, files, author=author, reason="try", now=NOW, expected_version=expected)


def test_before_the_first(store: Store) -> None:
    with store.read() as session:
        assert current(session) is None
        assert history(session) == ()
        with pytest.raises(NoSuchVersion, match="there is no version 1 of the plan"):
            version(session, 1)


def test_versions_count_from_one_and_keep_everything(store: Store) -> None:
    first, second = put(store, ONE), put(store, TWO, 1, author="bo")
    assert (first.number, second.number) == (1, 2)
    with store.read() as session:
        assert current(session) == second
        assert version(session, 1) == first
        assert version(session, 1).files == ONE
        lines = history(session)
    assert [(line.number, line.author, line.reason, line.at) for line in lines] == [
        (2, "bo", "try", NOW),
        (1, "ada", "try", NOW),
    ]


def test_the_same_content_is_no_new_version(store: Store) -> None:
    put(store, ONE)
    assert put(store, ONE, 1).number == 1
    assert put(store, ONE, None).number == 1, "whatever was expected: there is nothing to lose"


def test_going_back_is_a_new_version(store: Store) -> None:
    put(store, ONE)
    put(store, TWO, 1)
    assert put(store, ONE, 2).number == 3


def test_a_plan_with_errors_is_not_published(store: Store) -> None:
    with pytest.raises(PlanRefused, match="there is no such key"):
        put(store, plan_files(fields="measure: x\nof: order\ncont: true\n"))
    with store.read() as session:
        assert current(session) is None


def test_edits_of_others_must_be_pulled_first(store: Store) -> None:
    put(store, ONE)
    put(store, TWO, 1, author="bo")
    with pytest.raises(NotPulled) as refused:
        put(store, THREE, 1)
    assert (
        str(refused.value)
        == """\
the published plan is version 2, by bo (try), and this folder was last in step with version 1:
--- fields/test.yml (version 1)
+++ fields/test.yml (version 2)
@@ -0,0 +1,4 @@
+measure: x
+of: order
+count: true
+label: {zh: 订单}
 (run `keepwell pull` first; it keeps your edits of other files)"""
    )


def test_a_folder_from_elsewhere_does_not_overwrite(store: Store) -> None:
    put(store, TWO)
    with pytest.raises(NotPulled) as refused:
        put(store, ONE)
    assert "and this folder was never in step with it:" in str(refused.value)
    assert "--- fields/test.yml (your folder)\n+++ fields/test.yml (version 1)" in str(refused.value)


def test_of_many_at_once_one_is_published(store: Store) -> None:
    """The others have lost nothing: they hear that they must pull first."""
    start = threading.Barrier(4)

    def race(days: int) -> int | NotPulled:
        start.wait()
        try:
            return put(
                store, plan_files(fields=f"measure: x\nof: order\ncount: true\nwindow: {days}d\n")
            ).number
        except NotPulled as lost:
            return lost

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(race, range(1, 5)))
    assert [each for each in outcomes if not isinstance(each, NotPulled)] == [1]
    with store.read() as session:
        assert len(history(session)) == 1


def test_versions_cannot_be_changed(store: Store) -> None:
    put(store, ONE)
    for statement in ("UPDATE plan_version SET author = 'eve'", "DELETE FROM plan_version"):
        with pytest.raises(DBAPIError, match="append-only"), store.write() as session:
            session.execute(text(statement))
