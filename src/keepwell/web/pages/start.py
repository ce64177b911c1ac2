"""The first load, step one: files and tables come into a draft of the user's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from keepwell.access.model import Permission
from keepwell.core.errors import InputRefused, KeepwellError, LimitExceeded, Problem
from keepwell.intake.readers import LIMITS, Limits
from keepwell.intake.readers.sql import tables_of
from keepwell.runs.first_load.add import add_file, add_table, safe_name
from keepwell.runs.first_load.draft import (
    BYTES_MAX,
    FILES_MAX,
    Desk,
    Draft,
    Incoming,
    Table,
    incoming,
    sweep_drafts,
)
from keepwell.runs.first_load.tables import address_of
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.uploads import Received, receive

UPLOAD = "/start/files"
UPLOAD_BYTES_MAX = BYTES_MAX + 1024**2
STEPS = (
    ("start", "/start"),
    ("columns", "/start/columns"),
    ("preview", "/start/preview"),
    ("publish", "/start/publish"),
)
READABLE = ".csv,.tsv,.txt,.xlsx,.xlsm,.jsonl,.ndjson,.parquet,.gz"

routes = APIRouter(dependencies=[needs(Permission.EDIT_PLAN), needs(Permission.RUN)])


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a database, for the form to show again; a typed address is not among it."""

    variable: str = ""
    tables: tuple[str, ...] = ()


@routes.get("/start")
def start(page: SignedIn) -> Response:
    """What the draft holds, and the ways to add to it."""
    now = page.web.clock()
    sweep_drafts(page.web.deployment.work, now)
    return show_start(page, desk_of(page).read(now))


@routes.post(UPLOAD)
async def upload(page: SignedIn) -> Response:
    """Take files in, streamed."""
    desk, now = desk_of(page), page.web.clock()

    def open_file() -> Incoming:
        return incoming(desk, desk.read(now))

    received, full = await receive(page.request, page.token, open_file)
    return await run_in_threadpool(_add, page, received, full)


def _add(page: Page, received: list[Received], full: KeepwellError | None) -> Response:
    desk, now = desk_of(page), page.web.clock()
    problems: list[Problem] = list(full.problems) if full else []
    with desk.changing():
        draft = before = desk.read(now)
        for each in received:
            try:
                draft = add_file(desk, draft, each.path, each.name, limits_of(page))
            except (InputRefused, LimitExceeded) as error:
                each.path.unlink(missing_ok=True)
                name = safe_name(each.name)
                problems += [replace(problem, file=problem.file or name) for problem in error.problems]
        if draft != before:
            desk.write(draft, now)
    if not received and not problems:
        problems.append(Problem(page.reader.say("start.no_file")))
    if problems:
        return show_start(page, draft, problems=problems, status=422)
    unseen = [each for each in draft.inputs if not each.seen]
    return page.go(f"/start/columns/{unseen[0].id}") if len(unseen) == 1 else page.go("/start")


@routes.post("/start/tables", dependencies=[Depends(form_fits)])
def add_database(
    page: SignedIn,
    variable: Annotated[str, Form(max_length=300)] = "",
    address: Annotated[str, Form(max_length=2_000)] = "",
    table: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Test a connection and list its tables, or add one of them."""
    desk, now, deployment = desk_of(page), page.web.clock(), page.web.deployment
    variable, typed = variable.strip(), address.strip()
    sql = variable if variable.startswith("sqlite:///") else f"env:{variable.removeprefix('env:')}"
    try:
        # A typed address is tried and forgotten: the plan file names the variable, which runs need.
        url = typed or address_of(sql, deployment.folder, deployment.environment)
        if not table:
            found = tables_of(url)
            return show_start(page, desk.read(now), asked=Asked(variable, found))
        address_of(sql, deployment.folder, deployment.environment)
        with desk.changing():
            draft = add_table(desk, desk.read(now), Table(sql=sql, table=table), url, limits_of(page))
            desk.write(draft, now)
    except KeepwellError as error:
        return show_start(
            page, desk.read(now), problems=list(error.problems), asked=Asked(variable), status=422
        )
    return page.go(f"/start/columns/{draft.inputs[-1].id}")


@routes.post("/start/remove", dependencies=[Depends(form_fits)])
def remove(page: SignedIn, input_id: Annotated[str, Form(max_length=40)]) -> Response:
    """Take an input out of the draft, with its files."""
    desk, now = desk_of(page), page.web.clock()
    with desk.changing():
        draft = desk.read(now)
        gone = draft.input(input_id)
        inputs = tuple(each for each in draft.inputs if each.id != input_id)
        desk.write(draft.model_copy(update={"inputs": inputs, "publishing": None}), now)
        for file in gone.files:
            desk.path(file).unlink(missing_ok=True)
    return page.go("/start")


@routes.post("/start/discard", dependencies=[Depends(form_fits)])
def discard(page: SignedIn) -> Response:
    """Forget the draft and all its files."""
    desk_of(page).discard()
    return page.go("/start")


def show_start(
    page: Page,
    draft: Draft,
    *,
    problems: list[Problem] | None = None,
    asked: Asked | None = None,
    status: int = 200,
) -> Response:
    """The page of step one."""
    return page.show(
        "start.html",
        shell(draft, "start"),
        status=status,
        problems=problems or [],
        asked=asked or Asked(),
        accept=READABLE,
        room=BYTES_MAX // 1024**2,
        files_max=FILES_MAX,
        size=lambda bytes_: page.reader.number(max(bytes_ / 1024**2, 0.1)),
    )


def shell(draft: Draft, here: str) -> dict[str, object]:
    """What every step shows: the steps there are, which is open, and which may be opened."""
    first = draft.inputs[0].id if draft.inputs else ""
    open_to = {
        "start": True,
        "columns": bool(draft.inputs),
        "preview": draft.is_ready,
        "publish": draft.is_ready,
    }
    steps = [
        (name, f"{path}/{first}" if name == "columns" else path, open_to[name], name == here)
        for name, path in STEPS
    ]
    return {"draft": draft, "steps": steps, "here": here}


def desk_of(page: Page) -> Desk:
    """Where the viewer's draft lies."""
    work: Path = page.web.deployment.work
    return Desk(work, page.signed_in.user_id)


def limits_of(page: Page) -> Limits:
    """The readers' limits, as keepwell.toml sets them."""
    given = page.web.deployment.settings.limits
    mib = 1024**2
    return replace(
        LIMITS,
        file_bytes=given.file_mb * mib,
        line_bytes=given.line_mb * mib,
        unzipped_bytes=given.unzipped_mb * mib,
        workbook_bytes=given.workbook_mb * mib,
    )
