"""A process that stands ready to be forked, and kills its children at the n-th durable write.

Started by :mod:`support.trials`; reads one JSON request a line and answers each with one. Everything is imported
and gone through once, and nothing is open at the fork, so that a trial costs what it does and no more.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import sqlalchemy.engine
from sqlalchemy import event

from keepwell.catalog.files import read_folder
from keepwell.core.errors import KeepwellError
from keepwell.customers.tags import set_tag
from keepwell.exchange.backup import back_up, back_up_keys, restore
from keepwell.lake import compact
from keepwell.lake.engine import DuckDB
from keepwell.publishing.commands import publish
from keepwell.publishing.folder import mark, marked
from keepwell.runs import quarantine
from keepwell.runs.first_load.draft import Basics, Desk
from keepwell.runs.first_load.publish import Publishing
from keepwell.runs.run import run
from keepwell.wiring import Deployment, deployment
from keepwell.worker.run_job import request_run
from support.trial_shop import FIRST_DAY, SECOND_DAY, write_second_day, write_shop
from support.whole_state import State, state_of

Request = dict[str, str]
COLD = "cold"
SECRET = b64encode(bytes(32)).decode()
"""The same in all trials, so that pseudonyms and keyed hashes can be compared."""
T = TypeVar("T")
CALLS = ("replace", "rename", "fsync", "unlink", "rmdir", "link")
OF_TWO = {"replace", "rename", "link"}
STATEMENTS = ("COPY", "ATTACH", "CREATE TABLE", "DETACH")


@dataclass
class Writes:
    """Counts durable writes; before write number ``fatal`` (from 0) the process is killed.

    With ``torn`` a file that the engine writes then is left half written. ``order`` has also the syncing of
    folders, before and after which a killed process leaves the same.
    """

    fatal: int | None = None
    torn: bool = False
    seen: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Watch this process for the rest of its life."""
        for name in CALLS:
            setattr(os, name, self._counted(name, getattr(os, name)))
        event.listen(sqlalchemy.engine.Engine, "commit", self._commit)
        run_statement = DuckDB._run

        def watched(engine: DuckDB, sql: str) -> list[tuple[Any, ...]]:
            if not sql.startswith(STATEMENTS):
                return run_statement(engine, sql)
            if self.torn and len(self.seen) == self.fatal:
                run_statement(engine, sql)
                _tear(Path(sql.rpartition(" TO '")[2].partition("'")[0]))
            self._about_to(_short(sql))
            return run_statement(engine, sql)

        DuckDB._run = watched  # type: ignore[method-assign, assignment]

    def _about_to(self, what: str) -> None:
        if len(self.seen) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.seen.append(what)
        self.order.append(what)

    def _counted(self, name: str, call: Callable[..., T]) -> Callable[..., T]:
        def counted(*arguments: object, **options: object) -> T:
            target = Path(str(arguments[1 if name in OF_TWO else 0]))
            if name == "fsync":
                target = Path(f"/proc/self/fd/{target}").readlink()
            if name == "fsync" and target.is_dir():
                self.order.append(f"fsync folder {target}")
            else:
                self._about_to(f"{name} {target}")
            return call(*arguments, **options)

        return counted

    def _commit(self, connection: sqlalchemy.engine.Connection) -> None:
        if connection.get_execution_options().get("writes"):
            self._about_to("commit")


def _short(sql: str) -> str:
    """What a statement writes, and where to."""
    start = sql.partition("(")[0].partition(" AS ")[0]
    return f"COPY {sql.rpartition(' TO ')[2].partition(' (')[0]}" if sql.startswith("COPY") else start


def _tear(path: Path) -> None:
    """Leave half of what was written."""
    for file in [path] if path.is_file() else list(path.rglob("*.parquet")):
        os.truncate(file, file.stat().st_size // 2)


def act(request: Request) -> object:
    """Do one thing to a deployment, and give what it says."""
    now = datetime.fromisoformat(request["now"])
    if request["do"] == "restore":
        restore(
            Path(request["backup"]), Path(request["keys"]), Path(request["folder"]), addresses=addresses_of
        )
        return None
    environment = {} if "own secret" in request else {"KEEPWELL_SECRET": SECRET}
    found = deployment(Path(request["folder"]), environment)
    try:
        return ACTS[request["do"]](found, request, now)
    finally:
        found.close()


def addresses_of(folder: Path) -> tuple[str, str]:
    found = deployment(folder, environment={})
    return found.store_url, found.keys_url


def push(found: Deployment, request: Request, now: datetime) -> int:
    files, known = read_folder(found.folder), marked(found.folder)
    with found.store.write() as session:
        version = publish(
            session,
            files,
            author="t",
            reason="",
            now=now,
            expected_version=known.number if known else None,
        )
    mark(found.folder, version)
    return version.number


def run_plan(found: Deployment, request: Request, now: datetime) -> list[str]:
    with found.place(now=now) as place:
        return [str(problem) for problem in run(place).problems]


def run_to_the_end(found: Deployment, request: Request, now: datetime) -> State:
    run_plan(found, request, now)
    return state_of(found)


def replay(found: Deployment, request: Request, now: datetime) -> list[int]:
    with found.place(now=now) as place:
        done = quarantine.replay(place, Path(request["file"]))
        return [done.accepted, len(done.still_bad)]


def drop(found: Deployment, request: Request, now: datetime) -> int:
    with found.place(now=now) as place:
        return quarantine.drop(place, request["ids"].split(), actor="t")


def export(found: Deployment, request: Request, now: datetime) -> int:
    with found.place(now=now) as place:
        return quarantine.export(place, Path(request["file"]), source=request["source"], actor="t")


def tag(found: Deployment, request: Request, now: datetime) -> int:
    with found.store.write() as session:
        return set_tag(
            session, request["tag"], request["parties"].split(), request["value"], actor="t", now=now
        )


def copy(found: Deployment, request: Request, now: datetime) -> None:
    back_up(found.folder, found.store, Path(request["backup"]), now=now)
    back_up_keys(found.keys.store, Path(request["keys"]))


def publish_draft(found: Deployment, request: Request, now: datetime) -> list[object]:
    """Publish the first user's draft; nothing where it is gone, as the page does."""
    desk = Desk(found.work, 1)
    draft = desk.read(now)
    if not draft.inputs:
        return []
    work = Publishing(
        found.folder, found.store, desk, ask_for_run=lambda session: request_run(session, now=now)
    )
    basics = Basics(name="Shop", time_zone="Asia/Shanghai", currency="CNY", language="zh")
    version, in_step = work.publish(draft, basics, author="t", reason="r", now=now)
    return [version.number, in_step]


ACTS: dict[str, Callable[[Deployment, Request, datetime], object]] = {
    "push": push,
    "run": run_plan,
    "run to the end": run_to_the_end,
    "replay": replay,
    "drop": drop,
    "export": export,
    "tag": tag,
    "publish draft": publish_draft,
    "back up": copy,
    "keys": lambda found, _request, _now: found.keys.store.name,
    "state": lambda found, _request, _now: state_of(found),
}


def in_child(request: Request) -> dict[str, object]:
    """Carry a request out in a forked process; how it ended."""
    answer = Path(request["answer"])
    answer.unlink(missing_ok=True)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            told = watched(request)
            answer.write_text(json.dumps(told), "utf-8")
        except BaseException:  # noqa: BLE001 (whatever it is, the child must end here)
            traceback.print_exc()
            os._exit(70)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status) == signal.SIGKILL}
    if os.WEXITSTATUS(status):
        return {"broken": os.WEXITSTATUS(status)}
    return {"told": json.loads(answer.read_text("utf-8"))}


def watched(request: Request) -> dict[str, object]:
    gc.disable()
    writes = Writes(int(request["fatal"]) if "fatal" in request else None, torn="torn" in request)
    compact.FILES_MAX = compact.SMALL_FILES_MAX = 2  # so that a small trial compacts as well
    writes.watch()
    try:
        return {"answer": act(request), "writes": writes.seen, "order": writes.order}
    except KeepwellError as error:
        return {"error": str(error), "writes": writes.seen}


def warm_up() -> None:
    """Go once through everything, so that no child has to import and prepare it anew; all is closed again."""
    with TemporaryDirectory() as folder:
        plan = write_shop(Path(folder) / "plan")
        request = {"folder": str(plan), "now": FIRST_DAY.isoformat()}
        act(request | {"do": "push"})
        act(request | {"do": "run to the end"})
        write_second_day(plan)
        act(request | {"do": "run", "now": SECOND_DAY.isoformat()})


def main() -> None:
    """Answer requests until there are no more; told to be cold, without having gone through a run first."""
    if COLD not in sys.argv:
        warm_up()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(in_child(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
