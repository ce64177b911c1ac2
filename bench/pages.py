"""The pages as readers get them: `keepwell serve` over HTTP with a signed-in session, a million customers at scale 1.

Readers take pages in turn: alone, ten of them who think five seconds on average, and ten who never think. Beside them
the two queries anybody would write by hand for a list, one after the other on the same file.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import duckdb

import ask
from keepwell.access.commands import create_first_administrator, sign_in
from keepwell.core.clock import system_clock
from keepwell.lake.snapshot import CUSTOMERS
from keepwell.web.page import SESSION_COOKIE
from report import Result, seconds_of, tell

WORK = Path(__file__).parent / ".work/pages"
READERS, THINK_SECONDS = 10, 5.0
CUSTOMERS_ASKED = 500
NAME, PASSWORD = "bench", "a long enough password"
HTTP_OK = 200
START_SECONDS_MAX = 120

Address = Callable[[random.Random, "Known"], str]


@dataclass(frozen=True, slots=True)
class Known:
    """What addresses of pages are made from."""

    questions: list[ask.Asked]
    customers: list[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """A kind of page: its addresses, and the goal for the 95th percentile."""

    address: Address
    goal_seconds: float


def a_list(chance: random.Random, known: Known) -> str:
    """Everybody who meets a condition over any five fields, sorted by any."""
    asked = chance.choice(known.questions)
    return "/customers?" + urlencode({"segment": "everybody", "where": asked.expression, "sort": asked.sort})


PAGES = {
    "Customers": Measured(a_list, 0.3),
    "Customer": Measured(lambda chance, known: f"/customers/{chance.choice(known.customers)}", 0.3),
    "Today": Measured(lambda _chance, _known: "/", 1.0),
    "Explore": Measured(lambda _chance, _known: "/explore", 1.0),
}
"""One line adds a page. One that the server does not have is left out, and said."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer: how long until its last byte, and its bytes as sent and when packed."""

    seconds: float
    bytes_sent: int
    bytes_packed: int


Taken = dict[str, list[Fetched]]
"""Kind of page → what was fetched of it."""


def main() -> None:
    """Measure everything and tell."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=float, default=float(os.environ.get("SCALE", "1")))
    arguments.add_argument("--requests", type=int, default=60, help="of each page by one reader")
    arguments.add_argument("--seconds", type=float, default=120, help="that ten readers read, each way")
    given = arguments.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    try:
        customers = int(ask.CUSTOMERS_AT_SCALE_1 * given.scale)
        tell("pages", given.scale, measure(customers, given.requests, given.seconds))
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def measure(customers: int, requests: int, seconds: float) -> list[Result]:
    """Every page, every way of reading."""
    ask.WORK = WORK
    opened = ask.write_plan()
    ask.write_snapshot(opened, customers)
    with opened.sight() as sight:
        plan, file = sight.plan, opened.snapshots.folder / sight.snapshot.info.file
    with opened.store.write() as session:
        create_first_administrator(session, NAME, PASSWORD, now=system_clock())
    token = sign_in(opened.store, NAME, PASSWORD, now=system_clock(), address="127.0.0.1")
    opened.close()
    chance = random.Random(1)
    questions = [ask.question(chance, plan) for _ in range(max(requests, 1) * 20)]
    with duckdb.connect(str(file), read_only=True) as by_hand:
        ids = f"SELECT customer_id FROM {CUSTOMERS} WHERE customer_id IS NOT NULL"
        sql = f"{ids} ORDER BY hash(customer_id) LIMIT {CUSTOMERS_ASKED}"
        known = Known(questions, [row[0] for row in by_hand.execute(sql).fetchall()])
        bare = [seconds_of(lambda one=one: ask.bare(by_hand, one))[0] for one in questions[:requests]]
    with server() as (process, port):
        site = Site(port, token)
        kinds = [kind for kind in PAGES if site.has(kind, known)]
        idle = memory_mib(process.pid)
        alone = {kind: [site.fetch(kind, chance, known) for _ in range(requests)] for kind in kinds}
        thinking = read_together(site, kinds, known, seconds, THINK_SECONDS)
        closed = read_together(site, kinds, known, seconds, 0)
        held = memory_mib(process.pid)
    ways = {"1 reader": alone, "10 readers who think 5 s": thinking, "10 readers, closed loop": closed}
    return [
        *(line for way, taken in ways.items() for line in times(way, taken, bare)),
        *weights(alone),
        Result(case="memory of the web process, first pages", unit="MiB", ours=idle, better="lower"),
        Result(case="memory of the web process, at the end", unit="MiB", ours=held, better="lower"),
    ]


@contextmanager
def server() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`keepwell serve` in a process of its own, at a free port."""
    command = [str(Path(sys.executable).with_name("keepwell")), "serve", "--plan", str(WORK), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, _port(process)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            return int(found[1])
    sys.exit("the server ended before it answered")


@dataclass(frozen=True, slots=True)
class Site:
    """The server, to somebody signed in."""

    port: int
    token: str

    def has(self, kind: str, known: Known) -> bool:
        """Whether the server has a kind of page; this also reads the file in."""
        status, _ = self.get(PAGES[kind].address(random.Random(0), known))
        if status != HTTP_OK:
            print(f"{kind}: the server answers {status}, left out")
        return status == HTTP_OK

    def fetch(self, kind: str, chance: random.Random, known: Known) -> Fetched:
        """One page, whole."""
        address = PAGES[kind].address(chance, known)
        seconds, (status, body) = seconds_of(lambda: self.get(address))
        assert status == HTTP_OK, (status, address)
        return Fetched(seconds, len(body), len(gzip.compress(body, 6)))

    def get(self, address: str) -> tuple[int, bytes]:
        """Status and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS_MAX)
        try:
            connection.request("GET", address, headers={"Cookie": f"{SESSION_COOKIE}={self.token}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def read_together(site: Site, kinds: list[str], known: Known, seconds: float, think: float) -> Taken:
    """Ten readers, each taking pages of every kind in turn until time is up; exponential times of thought."""
    taken: Taken = defaultdict(list)
    faults: list[BaseException] = []
    until = time.monotonic() + seconds

    def read(number: int) -> None:
        chance = random.Random(number)
        turn = number
        try:
            while time.monotonic() < until:
                if think:
                    time.sleep(chance.expovariate(1 / think))
                kind = kinds[turn % len(kinds)]
                taken[kind].append(site.fetch(kind, chance, known))
                turn += 1
        except BaseException as fault:  # noqa: BLE001 (told by the main thread)
            faults.append(fault)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if faults:
        raise faults[0]
    return taken


def times(way: str, taken: Taken, bare: list[float]) -> Iterator[Result]:
    """Median and 95th percentile of each kind; the goals are for readers who think, and for one alone."""
    for kind, fetched in taken.items():
        seconds = [each.seconds for each in fetched]
        has_goal = "closed" not in way
        is_list = kind == "Customers"
        for name, figure in (("p50", median), ("p95", p95)):
            goal = PAGES[kind].goal_seconds if has_goal and name == "p95" else None
            yield Result(
                case=f"{kind}, {way}, {name} of {len(seconds)}",
                unit="s",
                ours=figure(seconds),
                better="lower",
                peer=figure(bare) if is_list else None,
                peer_name="the queries by hand, alone" if is_list else None,
                goal=goal,
                goal_on="ours" if goal else None,
            )


def p95(seconds: list[float]) -> float:
    """The 95th percentile; the greatest of a few."""
    return quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


def weights(taken: Taken) -> Iterator[Result]:
    """Bytes of a page without its style, scripts and pictures, which a browser keeps."""
    for kind, fetched in taken.items():
        sent = median(each.bytes_sent for each in fetched) / 1024
        packed = median(each.bytes_packed for each in fetched) / 1024
        yield Result(case=f"{kind}, size as sent", unit="KiB", ours=sent, better="lower")
        yield Result(case=f"{kind}, size if packed with gzip", unit="KiB", ours=packed, better="lower")


def memory_mib(process: int) -> float:
    """What a process holds in memory now."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
