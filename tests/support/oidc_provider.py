"""A service of OpenID Connect as an HTTP server of its own: whoever asks is signed in at once, as whom the test says.

It keeps to the rules (codes once, PKCE, client and address compared); what a test changes of a token is what a broken
or hostile service would send.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "keepwell client", "a secret: with % and +"

Claims = dict[str, Any]


@dataclass
class OidcProvider:
    """The service; ``person`` is who signs in next, ``change`` what is done to a token before it is signed."""

    redirect: str
    clock: Callable[[], datetime]
    person: Claims = field(default_factory=lambda: {"sub": "s-1", "preferred_username": "Ada"})
    change: Callable[[Claims], Claims] = field(default=lambda claims: claims)
    describe: Callable[[Claims], Claims] = field(default=lambda found: found)
    algorithm: str = "RS256"
    name_itself: str | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.new_keys()
        self.signs_with: RSAKey | ECKey | OctKey = self.keys.keys[0]  # type: ignore[assignment]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def new_keys(self) -> None:
        """Other keys than before, the first for RS256."""
        kid = secrets.token_hex(4)
        rsa = RSAKey.generate_key(2048, {"kid": f"r{kid}", "use": "sig"}, auto_kid=False)
        curve = ECKey.generate_key("P-256", {"kid": f"e{kid}", "use": "sig"}, auto_kid=False)
        self.keys = KeySet([rsa, curve])

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()

    def authorized(self, address: str) -> str:
        """The browser goes to the service: the address it is sent back to, with a code."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert (query["redirect_uri"], query["code_challenge_method"]) == (self.redirect, "S256")
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        back = {"code": code, "state": query["state"]}
        return f"{self.redirect}?{urlencode(back | ({'iss': self.name_itself} if self.name_itself else {}))}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """What the token endpoint answers."""
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        client, secret = (unquote(part) for part in pair.split(":"))
        query = self.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge_text = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if (
            query is None
            or (client, secret) != (CLIENT, SECRET)
            or form.get("redirect_uri") != self.redirect
            or form.get("grant_type") != "authorization_code"
            or query["code_challenge"] != challenge_text
        ):
            self.problems.append("refused")
            return 400, {"error": "invalid_grant"}
        now = int(self.clock().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": query["nonce"]}
        claims = self.change(claims | self.person)
        return 200, {"id_token": self.signed(claims), "token_type": "Bearer", "access_token": "x"}

    def signed(self, claims: Claims) -> str:
        """A token."""
        if self.algorithm == "none":
            parts = [{"alg": "none"}, claims]
            return ".".join(_encoded(json.dumps(part).encode()) for part in parts) + "."
        header = {"alg": self.algorithm, "kid": self.signs_with.kid}
        return jwt.encode(header, claims, self.signs_with, algorithms=[self.algorithm])

    def _answer(self, path: str) -> tuple[int, Claims]:
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            found = {name: f"{self.issuer}/{place}" for name, place in names.items()}
            return 200, self.describe(found | {"issuer": self.issuer})
        if path == "/keys":
            return 200, dict(self.keys.as_dict(private=False))
        return 404, {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(*provider._answer(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(*provider.token(form, self.headers.get("Authorization", "")))

            def _send(self, status: int, answer: Claims) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing is written."""

        return Handler


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
