"""The first load, steps three and four: a trial of the draft, its publication, and the run that follows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.files import SETTINGS_FILE, PlanFiles
from keepwell.catalog.init import bare_settings
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.catalog.settings import check_currency, check_zone
from keepwell.core.errors import KeepwellError, PlanRefused, Problem
from keepwell.lists.model import EVERYBODY
from keepwell.publishing.queries import Version, current
from keepwell.runs.first_load.draft import Basics, Draft, TriedWith
from keepwell.runs.first_load.plan_files import added_files, basics_of, files_after, files_before
from keepwell.runs.first_load.publish import Publishing
from keepwell.runs.first_load.trial import Awake, DraftTrial, awake
from keepwell.runs.trial import Trial
from keepwell.store.jobs import recent_jobs
from keepwell.web.asked import LEAVING, LIST
from keepwell.web.locale.reasons import step_in
from keepwell.web.page import Page, SignedIn, form_fits, needs
from keepwell.web.pages.start import desk_of, limits_of, shell
from keepwell.web.trials import TrialView, trial_view
from keepwell.worker.run_job import RUN, request_run

SAID_MAX = 500

routes = APIRouter(dependencies=[needs(Permission.EDIT_PLAN), needs(Permission.RUN)])


@dataclass(frozen=True, slots=True)
class Row:
    """An input of the trial on the page."""

    label: str
    input_id: str
    trial: TrialView


@routes.get("/start/preview")
def preview(page: SignedIn) -> Response:
    """The first rows as facts, what would wait in quarantine, and what the plan can tell then."""
    draft = desk_of(page).read(page.web.clock())
    if not draft.is_ready:
        return page.go("/start")
    try:
        plan = _plan(page, draft)
    except KeepwellError as error:
        return page.show(
            "start_preview.html",
            shell(draft, "preview"),
            status=422,
            problems=error.problems,
            rows=(),
            told=None,
        )
    rows = _try(page, draft, plan)
    is_anew = _note_trial(page, plan)
    return page.show(
        "start_preview.html",
        shell(draft, "preview"),
        problems=(),
        is_anew=is_anew,
        settings=plan.settings,
        rows=rows,
        told=awake(plan),
        asleep=_asleep(page, plan, awake(plan)),
        can_go_on=all(row.trial.tried.good for row in rows),
    )


@routes.get("/start/publish")
def publish_form(page: SignedIn) -> Response:
    """What is to be published, and what the plan does not know yet."""
    draft = desk_of(page).read(page.web.clock())
    if not draft.is_ready:
        return page.go("/start")
    return _publish_form(page, draft, _basics(page, draft), reason=draft.reason)


@routes.post("/start/publish", dependencies=[Depends(form_fits)])
def publish(
    page: SignedIn,
    reason: Annotated[str, Form(max_length=SAID_MAX)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    time_zone: Annotated[str, Form(max_length=100)] = "",
    currency: Annotated[str, Form(max_length=10)] = "",
    language: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Publish, and ask for the run; with another zone or currency than the trial had, back to the trial first."""
    now, deployment = page.web.clock(), page.web.deployment
    desk = desk_of(page)
    with desk.changing():
        draft = desk.read(now)
        if not draft.inputs:  # sent twice, and done the first time
            return page.go("/start/progress")
        basics = None
        if _current(page) is None:
            language = language if language in {"en", "zh"} else page.reader.language
            basics = Basics(
                name=name.strip(),
                time_zone=time_zone.strip(),
                currency=currency.strip().upper(),
                language=language,
            )
            if problems := _basics_problems(page, basics):
                return _publish_form(page, draft, basics, reason=reason, problems=problems)
            if draft.tried is not None and not draft.tried.is_of(basics):
                desk.write(draft.model_copy(update={"basics": basics, "reason": reason}), now)
                return page.go("/start/preview")
        work = Publishing(
            deployment.folder,
            deployment.store,
            desk,
            ask_for_run=lambda session: request_run(session, now=now),
        )
        labels = ", ".join(each.label for each in draft.inputs)
        why = reason.strip() or page.reader.say("start.reason", files=labels)
        try:
            work.publish(draft, basics, author=page.signed_in.name, reason=why[:SAID_MAX], now=now)
        except KeepwellError as error:
            return _publish_form(page, draft, basics, reason=reason, problems=list(error.problems))
    deployment.reread_settings()
    return page.go("/start/progress")


@routes.get("/start/progress")
def progress(page: SignedIn) -> Response:
    """How far the run is."""
    return page.show("start_progress.html", _state(page))


@routes.get("/start/progress/state")
def progress_state(page: SignedIn) -> Response:
    """The part of the page that is asked for again; once the run is over, the way to the list."""
    state = _state(page)
    answer = page.show("start_progress_state.html", state)
    if state["done"] and not state["problems"]:
        answer.headers["HX-Redirect"] = LIST
    return answer


def _state(page: Page) -> dict[str, object]:
    with page.web.deployment.store.read() as session:
        jobs = recent_jobs(session, kind=RUN, limit=1)
    job = jobs[0] if jobs else None
    told = job.progress if job and isinstance(job.progress, dict) else {}
    result = job.result if job and isinstance(job.result, dict) else {}
    return {
        "job": job,
        "step": step_in(page.reader.language, str(told.get("step") or "")) if told else "",
        "detail": str(told.get("detail") or ""),
        "done": job is not None and job.state == "done" and bool(result.get("customers")),
        "failed": job is not None and job.finished_at is not None and not result.get("customers"),
        "customers": result.get("customers") or 0,
        "problems": result.get("problems") or [],
        "leaving": f"{LIST}?segment={LEAVING}",
        "everybody": f"{LIST}?segment={EVERYBODY}",
    }


def _note_trial(page: Page, plan: Plan) -> bool:
    """Keep what the trial was reckoned with; whether an earlier one was reckoned with something else."""
    now, desk = page.web.clock(), desk_of(page)
    tried = TriedWith(time_zone=plan.settings.time_zone, currency=plan.settings.currency)
    with desk.changing():
        draft = desk.read(now)
        if draft.inputs and draft.tried != tried:
            desk.write(draft.model_copy(update={"tried": tried}), now)
    return draft.tried is not None and draft.tried != tried


def _current(page: Page) -> Version | None:
    with page.web.deployment.store.read() as session:
        return current(session)


def _basics(page: Page, draft: Draft) -> Basics | None:
    """What to propose where nothing is published yet, so that nobody has chosen it; None afterwards."""
    if _current(page) is not None:
        return None
    if draft.basics is not None:
        return draft.basics
    before = files_before(page.web.deployment.folder, None)
    try:
        text = before.get(SETTINGS_FILE, "")
        told = {} if text == bare_settings() else tomllib.loads(text)  # nobody chose what a bare one says
    except tomllib.TOMLDecodeError:
        told = {}
    return basics_of(told, page.reader.language, draft)


def _basics_problems(page: Page, basics: Basics) -> list[Problem]:
    problems = [] if basics.name else [Problem(page.reader.say("start.no_name"))]
    for value, check in ((basics.time_zone, check_zone), (basics.currency, check_currency)):
        try:
            check(value)
        except ValueError as error:
            problems.append(Problem(str(error)))
    return problems


def _plan(page: Page, draft: Draft) -> Plan:
    """The plan as it would be. Raises PlanRefused, and Conflict for a name that is taken."""
    return load(
        files_after(
            files_before(page.web.deployment.folder, _current(page)), draft, _basics_or_bare(page, draft)
        )
    )


def _basics_or_bare(page: Page, draft: Draft) -> Basics | None:
    basics = _basics(page, draft)
    return basics.model_copy(update={"name": basics.name or "-"}) if basics else None


def _try(page: Page, draft: Draft, plan: Plan) -> list[Row]:
    deployment = page.web.deployment
    lake = deployment.lake()
    try:
        trial = DraftTrial(
            trial=Trial(plan, lake.engine, page.web.clock()),
            desk=desk_of(page),
            folder=deployment.folder,
            environment=deployment.environment,
            limits=limits_of(page),
        )
        return [
            Row(found.label, found.id, trial_view(page.reader, plan, found.proposal.name, tried))
            for found, tried in trial.of(draft)
        ]
    finally:
        lake.engine.close()


def _asleep(page: Page, plan: Plan, told: Awake) -> list[tuple[str, list[str]]]:
    language = page.reader.language
    return [
        (kind, sorted(plan.label(each.name, language, each.kind) for each in found))
        for kind, found in told.asleep.items()
    ]


def _publish_form(
    page: Page, draft: Draft, basics: Basics | None, *, reason: str, problems: list[Problem] | None = None
) -> Response:
    before = files_before(page.web.deployment.folder, _current(page))
    told = basics.model_copy(update={"name": basics.name or "-"}) if basics else None
    problems = list(problems or [])
    texts: dict[str, str] = {}
    try:
        texts = added_files(before, draft, told)
        if not problems:
            load(PlanFiles({**before, **texts}))
    except PlanRefused as error:
        problems += error.problems
    except KeepwellError as error:
        problems += error.problems
    labels = ", ".join(each.label for each in draft.inputs)
    return page.show(
        "start_publish.html",
        shell(draft, "publish"),
        status=422 if problems else 200,
        basics=basics,
        reason=reason or page.reader.say("start.reason", files=labels),
        problems=problems,
        texts=texts,
        said_max=SAID_MAX,
    )
