"""Who may sign in, what they may do, and whose customers they see."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from keepwell.access import users
from keepwell.access.model import ROLES, Permission, Scope, User
from keepwell.access.queries import all_users
from keepwell.answers.units import Unit, check_scope, units
from keepwell.core.errors import ExpressionRefused, KeepwellError, NotFound, Refused
from keepwell.web.page import Page, SignedIn, form_fits, needs

LIST = "/system/users"
UNITS_TO_TICK = 500
"""A tree of so many units is shown to be ticked; of a greater one the ids are written."""

routes = APIRouter(prefix=LIST, dependencies=[needs(Permission.MANAGE_ACCESS)])
form = [Depends(form_fits)]
Texts = Annotated[list[str], Form()]
Text = Annotated[str, Form(max_length=10_000)]


@routes.get("")
def all_of_them(page: SignedIn) -> Response:
    """The list, and the form for a new one."""
    return _list(page)


@routes.post("", dependencies=form)
def make(page: SignedIn, name: Text = "", roles: Texts = []) -> Response:  # noqa: B006 - never changed
    """Make a user and show the link by which they set a password."""
    try:
        with page.web.deployment.store.write() as session:
            now, actor = page.web.clock(), page.signed_in.name
            made = users.create_user(session, name, roles, None, actor=actor, now=now)
            takes_passwords = page.web.deployment.settings.sign_in.password
            token = users.make_password_link(session, name, actor=actor, now=now) if takes_passwords else None
    except KeepwellError as error:
        return _list(page, error=error, name=name, roles=roles)
    return _one(page, made, link=_link(page, token) if token else None)


@routes.get("/{user_id}")
def one(page: SignedIn, user_id: int) -> Response:
    """One user, with all that can be changed."""
    return _one(page, user_id)


@routes.post("/{user_id}/roles", dependencies=form)
def give_roles(page: SignedIn, user_id: int, roles: Texts = []) -> Response:  # noqa: B006 - never changed
    """Give exactly these roles."""
    user = _user(page, user_id)
    try:
        with page.web.deployment.store.write() as session:
            users.set_roles(session, user.name, roles, actor=page.signed_in.name, now=page.web.clock())
    except KeepwellError as error:
        return _one(page, user_id, error=error)
    return page.go(f"{LIST}/{user_id}")


@routes.post("/{user_id}/scope", dependencies=form)
def narrow(
    page: SignedIn,
    user_id: int,
    by_units: Annotated[bool, Form()] = False,  # noqa: FBT002 - a box of a form
    units: Texts = [],  # noqa: B006 - never changed
    more_units: Text = "",
    condition: Text = "",
) -> Response:
    """Say whose customers they see."""
    user = _user(page, user_id)
    chosen = frozenset(
        {*units, *(each.strip() for each in more_units.replace(",", "\n").splitlines())} - {""}
    )
    scope = users.check_shape(Scope(condition.strip() or None, chosen if by_units else None))
    try:
        if scope is not None and (scope.condition or scope.units):
            if page.web.sights.snapshots.current() is None:
                raise NotFound("there is no snapshot yet to see it by", hint="run the plan first")
            with page.sight() as sight:
                check_scope(sight, scope)
        with page.web.deployment.store.write() as session:
            users.set_scope(session, user.name, scope, actor=page.signed_in.name, now=page.web.clock())
    except KeepwellError as error:
        return _one(page, user_id, error=error, scope=scope)
    return page.go(f"{LIST}/{user_id}")


@routes.post("/{user_id}/disabled", dependencies=form)
def disable(page: SignedIn, user_id: int, disabled: Annotated[bool, Form()]) -> Response:
    """Let them in no more, or again."""
    user = _user(page, user_id)
    change = users.disable_user if disabled else users.enable_user
    try:
        with page.web.deployment.store.write() as session:
            change(session, user.name, actor=page.signed_in.name, now=page.web.clock())
    except KeepwellError as error:
        return _one(page, user_id, error=error)
    return page.go(f"{LIST}/{user_id}")


@routes.post("/{user_id}/link", dependencies=form)
def new_link(page: SignedIn, user_id: int) -> Response:
    """A link to a new password. It is on this answer and nowhere else."""
    user = _user(page, user_id)
    try:
        if not page.web.deployment.settings.sign_in.password:
            raise Refused("nobody signs in by a password", hint="keepwell.toml says so under [sign_in]")
        with page.web.deployment.store.write() as session:
            now, actor = page.web.clock(), page.signed_in.name
            token = users.make_password_link(session, user.name, actor=actor, now=now)
    except KeepwellError as error:
        return _one(page, user_id, error=error)
    return _one(page, user_id, link=_link(page, token))


def _everybody(page: Page) -> list[User]:
    with page.web.deployment.store.read() as session:
        return all_users(session, now=page.web.clock())


def _user(page: Page, user_id: int) -> User:
    for user in _everybody(page):
        if user.id == user_id:
            return user
    raise NotFound("there is no such user")


def _link(page: Page, token: str) -> str:
    return f"{page.request.url.scheme}://{page.request.url.netloc}/password?token={token}"


def _list(
    page: Page, *, error: KeepwellError | None = None, name: str = "", roles: list[str] | None = None
) -> Response:
    return page.show(
        "users.html",
        status=error.http_status if error else 200,
        users=_everybody(page),
        all_roles=list(ROLES),
        problems=error.problems if error else (),
        name=name,
        chosen=roles or ["viewer"],
        zone=page.web.deployment.settings.zone,
    )


def _one(
    page: Page,
    user_id: int,
    *,
    error: KeepwellError | None = None,
    scope: Scope | None = None,
    link: str | None = None,
) -> Response:
    user = _user(page, user_id)
    shown = scope or user.scope or Scope()
    tree, has_field = _tree(page)
    known = {unit.unit for unit in tree}
    return page.show(
        "user.html",
        status=error.http_status if error else 200,
        user=user,
        link=link,
        all_roles=list(ROLES),
        problems=error.problems if error else (),
        is_expression=isinstance(error, ExpressionRefused),
        scope=shown,
        tree=tree if len(tree) <= UNITS_TO_TICK else [],
        has_tree=bool(tree),
        has_field=has_field,
        takes_passwords=page.web.deployment.settings.sign_in.password,
        others=sorted((shown.units or frozenset()) - (known if len(tree) <= UNITS_TO_TICK else set())),
        zone=page.web.deployment.settings.zone,
    )


def _tree(page: Page) -> tuple[list[Unit], bool]:
    """The units there are to choose from, and whether the plan says whose customers are whose."""
    if page.web.sights.snapshots.current() is None:
        return [], False
    with page.sight() as sight:
        return units(sight, page.signed_in), sight.plan.settings.units is not None
