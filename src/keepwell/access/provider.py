"""A service of OpenID Connect as Keepwell speaks to it: what it says of itself, its keys, codes and tokens.

Nothing it sends is believed before it is checked: the addresses are of https, answers are small and of JSON, and a
token counts only if one of the published keys signed it, for us, now, and for the very request that we began.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from keepwell.access.errors import OidcRefused, OidcUnavailable
from keepwell.catalog.settings import Oidc

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures by a key of the service alone: neither `none` nor one made with a secret that is shared."""
ANSWER_BYTES_MAX = 1024 * 1024
SECONDS_MAX = 10.0
"""For a whole answer, and for each wait within it."""
KEPT = timedelta(hours=1)
"""How long what the service says of itself is believed."""
ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""A token signed by an unknown key makes us look for new keys, so often at most."""
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 255

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """What the service says of itself."""

    authorization: str
    token: str
    keys: str
    takes_secret_in_form: bool
    always_names_itself: bool


@dataclass(slots=True)
class _Known:
    """What was fetched, and when."""

    described: Described
    keys: KeySet
    at: datetime
    keys_at: datetime


@dataclass
class Provider:
    """One service. Safe to share between threads. ``secret`` is None where the service wants none."""

    settings: Oidc
    redirect: str
    secret: str | None
    _known: _Known | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def authorization_address(self, *, state: str, nonce: str, verifier: str, now: datetime) -> str:
        """Where to send the browser. Raises OidcUnavailable."""
        challenge = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.redirect,
            "scope": " ".join(self.settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = self._described(now).authorization
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def check_issuer(self, given: str | None, *, now: datetime) -> None:
        """See that an answer came from this service (RFC 9207), so that two services cannot be mixed up.

        Raises OidcRefused, OidcUnavailable.
        """
        if given is None and not self._described(now).always_names_itself:
            return
        if given != self.settings.issuer:
            raise OidcRefused("the answer came from another service")

    def claims(self, code: str, *, verifier: str, nonce: str, now: datetime) -> Claims:
        """Exchange a code for a token, and give what the token says once it is checked.

        Raises OidcRefused for a token that does not hold, OidcUnavailable.
        """
        described = self._described(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "code_verifier": verifier,
        }
        headers = {}
        if self.secret is None or described.takes_secret_in_form:
            form["client_id"] = self.settings.client_id
            if self.secret is not None:
                form["client_secret"] = self.secret
        else:
            pair = f"{quote(self.settings.client_id, safe='')}:{quote(self.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        status, answer = _ask("POST", described.token, form=form, headers=headers)
        if status in {400, 401}:
            raise OidcRefused("the service refused the code", hint="begin again on the sign-in page")
        token = answer.get("id_token")
        if status != HTTPStatus.OK or not isinstance(token, str):
            raise OidcUnavailable(f"the service answered {status} and gave no token")
        return self.checked(token, nonce=nonce, now=now)

    def checked(self, token: str, *, nonce: str, now: datetime) -> Claims:
        """What a token says. Raises OidcRefused where anything about it does not hold."""
        claims = self._signed(token, now=now)
        wanted = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            wanted.validate(claims)
        except JoseError as error:
            raise OidcRefused(f"the token does not hold: {error}") from None
        others = claims["aud"] if isinstance(claims["aud"], list) else []
        if claims.get("azp", self.settings.client_id) != self.settings.client_id or (
            len(others) > 1 and "azp" not in claims
        ):
            raise OidcRefused("the token was made for another application")
        if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT or not claims["sub"].isprintable():
            raise OidcRefused("the token names nobody")
        return claims

    def _signed(self, token: str, *, now: datetime) -> dict[str, Any]:
        """The claims of a token that one of the service's keys signed; its keys may be new ones."""
        self._described(now)
        problem = "its key is unknown"
        for again in (False, True):
            keys = self._keys(now, again=again)
            if keys is None:
                break
            try:
                return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
            except (JoseError, ValueError) as error:
                problem = str(error) or type(error).__name__
        raise OidcRefused(f"the token is not signed by the service: {problem}")

    def _described(self, now: datetime) -> Described:
        """Fetched by whoever asks first, outside the lock: a slow service keeps nobody else waiting."""
        with self._lock:
            known = self._known
        if known is None or now - known.at > KEPT:
            described = _describe(self.settings)
            known = _Known(described, _fetch_keys(described.keys), now, now)
            with self._lock:
                self._known = known
        return known.described

    def _keys(self, now: datetime, *, again: bool) -> KeySet | None:
        """The keys; with ``again`` those there are now, or None where we asked a moment ago."""
        with self._lock:
            known = self._known
            assert known is not None
            if not again:
                return known.keys
            if now - known.keys_at < ASKED_AGAIN_AFTER:
                return None
            known.keys_at = now
        keys = _fetch_keys(known.described.keys)
        with self._lock:
            known.keys = keys
        return keys


def _describe(settings: Oidc) -> Described:
    address = f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration"
    status, found = _ask("GET", address)
    if status != HTTPStatus.OK:
        raise OidcUnavailable(f"{settings.issuer} answered {status} when asked what it is")
    if found.get("issuer") != settings.issuer:
        raise OidcUnavailable(
            "the service calls itself by another name than `issuer` in keepwell.toml",
            hint="write it exactly as the service does, with or without a slash at its end",
        )
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Described(
        authorization=_address(settings, found, "authorization_endpoint"),
        token=_address(settings, found, "token_endpoint"),
        keys=_address(settings, found, "jwks_uri"),
        takes_secret_in_form="client_secret_basic" not in methods,
        always_names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(settings: Oidc, found: Claims, name: str) -> str:
    address = found.get(name)
    is_safe = isinstance(address, str) and (
        address.startswith("https://") or urlsplit(address).netloc == urlsplit(settings.issuer).netloc
    )
    if not isinstance(address, str) or not is_safe:
        raise OidcUnavailable(f"the service gives no safe address as its `{name}`")
    return address


def _fetch_keys(address: str) -> KeySet:
    status, found = _ask("GET", address)
    keys = found.get("keys")
    if status != HTTPStatus.OK or not isinstance(keys, list):
        raise OidcUnavailable("the service does not give its keys")
    usable = []
    for key in keys:
        # One key of a kind we do not know must not hide the others.
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") != "oct":
            try:
                usable.append(KeySet.import_key_set({"keys": [key]}).keys[0])
            except (JoseError, ValueError, KeyError, TypeError):
                continue
    if not usable:
        raise OidcUnavailable("the service gives no key that could sign a token")
    return KeySet(usable)


def _ask(
    method: str,
    address: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object of an answer. Follows no redirect. Raises OidcUnavailable."""
    body, latest = bytearray(), time.monotonic() + SECONDS_MAX
    try:
        with (
            httpx2.Client(timeout=SECONDS_MAX, follow_redirects=False) as client,
            client.stream(
                method, address, data=form, headers={"Accept": "application/json", **(headers or {})}
            ) as answer,
        ):
            for part in answer.iter_bytes():
                body += part
                if len(body) > ANSWER_BYTES_MAX:
                    raise OidcUnavailable("the service answers more than can be of use")
                if time.monotonic() > latest:
                    raise OidcUnavailable("the service answers too slowly", hint="try again in a while")
            found = json.loads(body or b"{}")
    except httpx2.HTTPError as error:
        raise OidcUnavailable(
            f"the service for signing in cannot be reached ({type(error).__name__})",
            hint="try again in a while; an administrator looks at `issuer` and the network",
        ) from None
    except (ValueError, RecursionError):
        raise OidcUnavailable("the service answers something else than JSON") from None
    if not isinstance(found, dict):
        raise OidcUnavailable("the service answers something else than an object")
    return answer.status_code, found
