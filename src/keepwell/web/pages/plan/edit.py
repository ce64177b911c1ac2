"""A text on its way into the plan: checked, reviewed with what it would do, published; never lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from keepwell.access.model import Permission
from keepwell.catalog.editing import Piece, edited, piece_of, pieces, plan_with, problems_of
from keepwell.catalog.files import PlanFiles
from keepwell.catalog.graph import Node, dependencies
from keepwell.catalog.load import load
from keepwell.catalog.plan import Plan
from keepwell.core.errors import NotFound, PlanRefused, Problem, Refused
from keepwell.publishing.errors import NotPulled
from keepwell.publishing.queries import Version, version
from keepwell.web.definition_form import DefinitionForm, mark_of
from keepwell.web.field_names import field_names
from keepwell.web.form_writing import Posted
from keepwell.web.page import Page
from keepwell.web.pages.plan.preview import Preview, preview_of
from keepwell.web.pages.plan.published import now_of, plan_of, publish_files, without_reason

FIELDS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Behind:
    """Somebody published since the text was begun.

    ``since`` is what they changed; ``mine`` what this text changes of the version it was made from. ``theirs`` is their
    text of the same definition where they changed that too; ``is_gone`` where they took it away.
    """

    number: int
    author: str
    reason: str
    since: str
    mine: str
    theirs: str | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says about a text: problems, the difference it makes and what that would do."""

    problems: tuple[Problem, ...] = ()
    difference: str | None = None
    preview: Preview | None = None
    behind: Behind | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A definition under edit, against the version that runs; ``node`` and ``piece`` are None for a new one."""

    page: Page
    now: Version
    node: Node | None = None
    piece: Piece | None = None

    @property
    def address(self) -> str:
        """Where its forms are sent to."""
        return f"/plan/{self.node.kind}/{self.node.name}" if self.node else "/plan/new"

    @property
    def plan(self) -> Plan:
        """The plan that runs."""
        return plan_of(self.page, self.now)

    @property
    def form(self) -> DefinitionForm:
        """Makes the form of its text."""
        return DefinitionForm(self.page.reader, self.plan, field_names(self.page.reader, self.plan))

    def entered(self, text: str, posted: Posted) -> str:
        """The text with what its form says, where that cannot be written the text alone."""
        try:
            return self.form.text_of(text, posted)
        except Refused:
            return text

    @property
    def is_off(self) -> bool:
        """Whether the plan switches it off."""
        return self.node is not None and (self.node.kind, self.node.name) in self.plan.off

    def difference(self, files: PlanFiles) -> str:
        """What publishing would change in the files."""
        say = self.page.reader.say
        names = say("plan.version.number", number=self.now.number), say("plan.your_edit")
        return self.now.files.difference(files, names=names)

    def review(self, text: str) -> Said:
        """What is wrong with a text, or else what publishing it would do."""
        try:
            files, after = plan_with(self.now.files, self.piece, text)
        except PlanRefused as refused:
            return Said(refused.problems)
        return self._told(files, after)

    def of_files(self, files: PlanFiles) -> Said:
        """What publishing files would do."""
        try:
            after = load(files)
        except PlanRefused as refused:
            return Said(refused.problems, self.difference(files))
        return self._told(files, after)

    def _told(self, files: PlanFiles, after: Plan) -> Said:
        difference = self.difference(files)
        preview = preview_of(self.page, self.plan, after) if difference else None
        return Said(difference=difference, preview=preview)

    def publish(self, text: str, reason: str, made_from: int) -> Response:
        """Make a text part of the next version; nobody else's edit in the meantime is lost."""
        if made_from != self.now.number:
            return self.fall_behind(made_from, text)
        said = self.review(text)
        if missing := without_reason(self.page, reason):
            said = replace(said, problems=said.problems + missing, reason=reason)
        if said.problems:
            return show(self, text, said, status=422)
        files = edited(self.now.files, self.piece, text)
        about = self.node or written_node(text)
        try:
            after = publish_files(
                self.page,
                self.now,
                files,
                reason,
                subject_kind=about.kind,
                subject_id=about.name,
                action="publish_plan",
            )
        except NotPulled:  # somebody published since it was read
            return edit_of(self.page, self.node).fall_behind(made_from, text)
        return self.page.go("/plan", published=after.number)

    def fall_behind(self, made_from: int, text: str) -> Response:
        """Show what others published since, beside the text that is not published."""
        page = self.page
        with page.web.deployment.store.read() as session:
            base = version(session, made_from)
        names = tuple(page.reader.say("plan.version.number", number=each.number) for each in (base, self.now))
        since = base.files.difference(self.now.files, names=(names[0], names[1]))
        was, mine = None, ""
        try:
            was = _piece(base.files, load(base.files), self.node) if self.node else None
            made = edited(base.files, was, text)
            mine = base.files.difference(made, names=(names[0], page.reader.say("plan.your_edit")))
        except PlanRefused:  # what was typed is no definition yet, or an older Keepwell took the version
            pass
        theirs = self.piece.text if self.piece and was and self.piece.text != was.text else None
        gone = self.node is not None and self.piece is None
        behind = Behind(self.now.number, self.now.author, self.now.reason, since, mine, theirs, is_gone=gone)
        return show(self, text, Said(behind=behind), status=409)


def edit_of(page: Page, node: Node | None) -> Edit:
    """The edit of a definition of the version that runs; of one that somebody took away, without its piece."""
    now = now_of(page)
    if node is None:
        return Edit(page, now)
    return Edit(page, now, node, _piece(now.files, plan_of(page, now), node))


def _piece(files: PlanFiles, plan: Plan, node: Node) -> Piece | None:
    """The text of a definition, on or off; None where there is none."""
    try:
        return piece_of(files, plan.off.get((node.kind, node.name)) or plan.origin(node.name, node.kind))
    except NotFound:
        return None


def written_node(text: str) -> Node:
    """The kind and the name that a new definition's text says."""
    piece = next(iter(pieces("", text)))
    return Node(piece.kind, piece.name)


async def sent(request: Request) -> Posted:
    """All that a form sends, each name with its values in order."""
    form = await request.form(max_files=0, max_fields=FIELDS_MAX)
    return {name: [each for each in form.getlist(name) if isinstance(each, str)] for name in form}


Sent = Annotated[Posted, Depends(sent)]


def check(edit: Edit, text: str) -> Response:
    """What is wrong with a text and the form beside it, while it is typed: parts of the page."""
    return edit.page.show(
        "plan_checked.html",
        problems=problems_of(edit.now.files, edit.piece, text),
        form=edit.form.of_text(text),
        address=edit.address,
        beside=True,
    )


def write(edit: Edit, text: str, posted: Posted) -> Response:
    """The text with what was entered in its form; nothing is published."""
    counts = bool(posted.get("made_of")) and posted["made_of"][0] != mark_of(text)
    problems: tuple[Problem, ...] = ()
    try:
        made = edit.form.text_of(text, posted)
    except Refused as refused:
        made, problems = text, refused.problems
    said = Said(problems or problems_of(edit.now.files, edit.piece, made))
    return show(edit, made, said, posted={} if counts else posted, text_counts=counts)


def show(
    edit: Edit,
    text: str,
    said: Said | None = None,
    *,
    status: int = 200,
    posted: Posted | None = None,
    text_counts: bool = False,
) -> Response:
    """The page of a definition, or of a new one; the part with text and form where only that is asked for."""
    page, plan, said = edit.page, edit.plan, said or Said()
    may_edit = page.signed_in.may(Permission.EDIT_PLAN)
    shared = {
        "form": edit.form.of_text(text, posted) if may_edit else None,
        "text_counts": text_counts,
        "beside": False,
        "text": text,
        "said": said,
        "problems": said.problems,
        "version": edit.now,
        "address": edit.address,
        "may_edit": may_edit,
    }
    if posted is not None and page.request.headers.get("hx-request") == "true":
        return page.show("plan_editor.html", shared)
    if edit.node is None:
        return page.show("plan_new.html", shared, status=status)
    node = edit.node
    is_there = edit.piece is not None and not edit.is_off
    edges = dependencies(plan)
    return page.show(
        "definition.html",
        shared,
        status=status,
        kind=node.kind,
        name=node.name,
        label=plan.label(node.name, page.reader.language, node.kind) if is_there else node.name,
        piece=edit.piece,
        is_off=edit.is_off,
        asleep=any((each.kind, each.name) == (node.kind, node.name) for each in plan.asleep),
        above=[edge.above for edge in edges if edge.below == node],
        below=[edge.below for edge in edges if edge.above == node],
    )
