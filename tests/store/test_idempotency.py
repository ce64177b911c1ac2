from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from keepwell.core.errors import LimitExceeded
from keepwell.store import idempotency
from keepwell.store.audit import entries, record
from keepwell.store.engine import Store, open_store
from keepwell.store.errors import IdempotencyKeyRefused, KeyReused, StoreUnavailable
from keepwell.store.idempotency import BODY_BYTES_MAX, KEPT, Answer, Begun, begin, keep, request_hash
from keepwell.store.tables import kept_answers

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DONE = Answer(201, '{"id": "王 <script>"}')


class Broken(Exception):
    pass


def write(
    store: Store,
    key: str = "k-1",
    body: str = "{}",
    *,
    owner: str = "key 1",
    now: datetime = NOW,
    answer: Answer = DONE,
    seconds: float = 0,
    fails: bool = False,
) -> Answer:
    """A write whose work is one entry of the audit log."""
    with store.write() as session:
        begun = begin(session, owner=owner, key=key, request_hash=request_hash("POST", body), now=now)
        if isinstance(begun, Answer):
            return begun
        record(session, at=now, actor=owner, action="work", subject_kind="x", subject_id=key)
        time.sleep(seconds)
        if fails:
            raise Broken
        keep(session, begun, answer)
        return answer


def works(store: Store) -> int:
    with store.read() as session:
        return len(entries(session, action="work").entries)


def kept(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(kept_answers)) or 0


def test_the_second_time_gets_the_first_answer_and_does_nothing(store: Store) -> None:
    assert write(store) == DONE
    assert write(store, answer=Answer(500, "never"), now=NOW + KEPT - timedelta(seconds=1)) == DONE
    assert works(store) == 1


def test_another_request_under_the_same_key_is_refused(store: Store) -> None:
    write(store)
    with pytest.raises(KeyReused, match="another request"):
        write(store, body='{"a": 1}')
    assert works(store) == 1


def test_keys_are_their_owners_own(store: Store) -> None:
    write(store)
    assert write(store, body="[]", owner="key 2", answer=Answer(200, "2")) == Answer(200, "2")
    assert works(store) == 2


def test_what_failed_keeps_nothing_and_may_be_sent_again(store: Store) -> None:
    with pytest.raises(Broken):
        write(store, fails=True)
    assert (works(store), kept(store)) == (0, 0)
    assert write(store, body="changed") == DONE


def test_an_answer_is_forgotten_after_a_day(store: Store) -> None:
    write(store)
    write(store, "k-2")
    write(store, "k-1", body="another", now=NOW + KEPT)
    assert (works(store), kept(store)) == (3, 1), "the write of the day after purges all that is old"


def test_a_purge_takes_some_at_a_time_and_old_ones_answer_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "PURGED_AT_ONCE", 2)
    for number in range(6):
        write(store, f"k-{number}", now=NOW + timedelta(seconds=number))
    write(store, "k-5", body="another", now=NOW + 2 * KEPT)
    assert kept(store) == 4
    assert works(store) == 7


@pytest.mark.parametrize("key", ["", "a b", "\0", "a\n", "钥", "k\u202e", "x" * 201])
def test_keys_that_are_none_are_refused(store: Store, key: str) -> None:
    with pytest.raises(IdempotencyKeyRefused, match="1 to 200"):
        write(store, key)
    assert works(store) == 0


def test_the_longest_key_and_answer(store: Store) -> None:
    key = "~!" * 100
    longest = Answer(200, "x" * BODY_BYTES_MAX)
    assert write(store, key, answer=longest) == longest
    assert write(store, key) == longest
    with pytest.raises(LimitExceeded, match="65,536 bytes"):
        write(store, answer=Answer(200, "王" * (BODY_BYTES_MAX // 3 + 1)))
    assert works(store) == 1


def test_an_owner_has_so_many_answers_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "ANSWERS_PER_OWNER", 3)
    for number in range(3):
        write(store, f"k-{number}")
    with pytest.raises(LimitExceeded, match="more than 3 writes"):
        write(store, "k-3")
    assert write(store, "k-2") == DONE, "what was done is still told"
    write(store, "k-3", owner="key 2")
    write(store, "k-3", now=NOW + KEPT)


def test_the_parts_of_a_request_do_not_run_into_one_another() -> None:
    assert request_hash("ab", "c") != request_hash("a", "bc")
    assert request_hash("a", b"\xff") != request_hash("a")
    assert request_hash("王") == request_hash("王".encode())


def test_at_once_the_work_is_done_once_and_all_hear_of_it(store: Store) -> None:
    start = threading.Barrier(8)

    def send(number: int) -> Answer:
        start.wait()
        return write(store, answer=Answer(200, str(number)), seconds=0.05)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(8)))
    assert len(answers) == 1
    assert works(store) == 1


def test_where_the_first_fails_the_second_does_the_work(store: Store) -> None:
    entered = threading.Event()

    def first() -> None:
        with store.write() as session:
            begin(session, owner="key 1", key="k-1", request_hash=request_hash("POST", "{}"), now=NOW)
            entered.set()
            time.sleep(0.2)
            raise Broken

    with ThreadPoolExecutor(2) as pool:
        failing = pool.submit(first)
        entered.wait()
        assert pool.submit(write, store).result() == DONE
        assert isinstance(failing.exception(), Broken)
    assert works(store) == 1


def test_a_write_that_is_under_way_for_long_is_told_so(store: Store, store_url: str) -> None:
    hasty = open_store(store_url, lock_wait_seconds=0.2)
    entered, done = threading.Event(), threading.Event()

    def first() -> None:
        with store.write() as session:
            begun = begin(session, owner="key 1", key="k-1", request_hash=request_hash("POST", "{}"), now=NOW)
            assert isinstance(begun, Begun)
            entered.set()
            done.wait()
            keep(session, begun, DONE)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(first)
        entered.wait()
        with pytest.raises(StoreUnavailable, match="try again"):
            write(hasty)
        done.set()
        slow.result()
    assert write(hasty) == DONE
    assert works(store) == 0, "the slow one keeps no entry, and the other did not do it again"
    hasty.close()


def test_purging_at_once_does_not_wait_for_one_another(store: Store) -> None:
    for number in range(40):
        write(store, f"k-{number}")
    with store.write() as session:
        session.execute(update(kept_answers).values(at=NOW - KEPT))
    start = threading.Barrier(6)

    def send(number: int) -> Answer:
        start.wait()
        return write(store, f"k-{number}", seconds=0.02)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(send, range(6))) == [DONE] * 6
    assert works(store) == 46
