"""Signing in with an account at another service."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response

from keepwell.access import commands, oidc
from keepwell.access.errors import OidcRefused
from keepwell.access.provider import Provider
from keepwell.catalog.settings import Oidc
from keepwell.core.errors import KeepwellError, NotFound, Refused
from keepwell.web.page import FORM_COOKIE, SESSION_COOKIE, AnyPage, Page, set_cookie
from keepwell.web.pages.sign_in import address_of, sign_in_page
from keepwell.wiring import Deployment
from keepwell.worker.logs import log

PATH = "/sign-in/oidc"
BACK = f"{PATH}/back"

routes = APIRouter()


def provider_of(deployment: Deployment) -> Provider | None:
    """The service that keepwell.toml names, if any. Raises Refused where its secret is not there."""
    sign_in = deployment.settings.sign_in
    if sign_in.oidc is None:
        return None
    secret = None
    if sign_in.oidc.secret is not None:
        name = sign_in.oidc.secret.removeprefix("env:")
        secret = deployment.environment.get(name)
        if not secret:
            hint = "keepwell.toml says that it holds the secret of `[sign_in.oidc]`"
            raise Refused(f"the environment variable {name} is not set", hint=hint)
    return Provider(sign_in.oidc, f"{sign_in.address}{BACK}", secret)


def _provider(page: Page) -> tuple[Oidc, Provider]:
    settings, provider = page.web.deployment.settings.sign_in.oidc, page.web.provider
    if settings is None or provider is None:
        raise NotFound("there is no other way to sign in than by a password")
    return settings, provider


@routes.get(PATH)
def go(page: AnyPage) -> Response:
    """The way to the service. The browser is told by a cookie, so that the answer counts in this one alone."""
    _, provider = _provider(page)
    if page.viewer is not None:
        return page.go("/")
    now, browser = page.web.clock(), page.token
    try:
        with page.web.deployment.store.write() as session:
            begun = oidc.begin(session, browser, address=address_of(page.request), now=now)
        address = provider.authorization_address(
            state=begun.state, nonce=begun.nonce, verifier=begun.verifier, now=now
        )
    except KeepwellError as error:
        return _refused(page, error)
    answer = RedirectResponse(address, 303)
    set_cookie(answer, page.request, FORM_COOKIE, browser)
    return answer


@routes.get(BACK)
def back(
    page: AnyPage,
    code: Annotated[str, Query(max_length=4_000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str | None, Query(max_length=400)] = None,
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The service's answer: begin a session, or say why not."""
    settings, provider = _provider(page)
    store, now = page.web.deployment.store, page.web.clock()
    try:
        with store.write() as session:
            begun = oidc.take_up(session, state, page.request.cookies.get(FORM_COOKIE, ""), now=now)
        if begun is None:
            raise OidcRefused("this answer was used, is too old, or belongs to another browser")
        provider.check_issuer(iss, now=now)
        if error or not code:
            raise OidcRefused("the service did not let you in")
        claims = provider.claims(code, verifier=begun.verifier, nonce=begun.nonce, now=now)
        takes_passwords = page.web.deployment.settings.sign_in.password
        with store.write() as session:
            token = oidc.enter(session, settings, claims, takes_passwords=takes_passwords, now=now)
            if page.viewer is not None:
                commands.sign_out(session, page.token)
    except KeepwellError as refused:
        return _refused(page, refused)
    answer = page.go("/")
    set_cookie(answer, page.request, SESSION_COOKIE, token)
    return answer


def _refused(page: Page, error: KeepwellError) -> Response:
    """The sign-in page with the reason. The log has it without names: an administrator is asked next."""
    log("sign-in by another service refused", level=logging.WARNING, kind=type(error).__name__)
    return sign_in_page(page, status=error.http_status, problems=error.problems)
