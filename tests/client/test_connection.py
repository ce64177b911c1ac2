"""The connection before servers that fail, are away, or are none of Keepwell."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest
from pydantic import BaseModel

from keepwell.client.connection import ATTEMPTS, Connection, Plain, part
from keepwell.client.errors import ApiError, NoAnswer
from keepwell.core.errors import Problem, Refused

GOOD = (200, {"Content-Type": "application/json"}, b'{"number": 7}')
BUSY = (503, {"Content-Type": "text/html"}, b"<h1>busy</h1>")


class Number(BaseModel):
    number: int


@dataclass
class Answering:
    """A server that gives prepared answers one after the other, and keeps what it was asked."""

    answers: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""

    def handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.asked.append((self.command, self.path, headers, body))
                given = outer.answers.pop(0)
                if given is None:  # hangs up without a word
                    self.close_connection = True
                    return
                status, more, content = given
                self.send_response(status)
                for name, value in {**more, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815 (the names that the library asks for)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def answering() -> Iterator[Answering]:
    made = Answering()
    server = ThreadingHTTPServer(("127.0.0.1", 0), made.handler())
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


Connect = Callable[..., Connection]


@pytest.fixture
def connect(waits: list[float]) -> Iterator[Connect]:
    made: list[Connection] = []

    def connected(address: str, *, timeout_seconds: float = 5) -> Connection:
        connection = Connection(
            address,
            "kw_secret",
            timeout_seconds=timeout_seconds,
            plain_http=False,
            http=None,
            sleep=waits.append,
        )
        made.append(connection)
        return connection

    yield connected
    for connection in made:
        connection.close()


def test_it_asks_with_the_key_and_only_what_is_given(answering: Answering, connect: Connect) -> None:
    answering.answers = [GOOD]
    query: dict[str, Plain] = {"where": "a = '%&+王'", "limit": 5, "cursor": None}
    assert connect(answering.address + "/").get(Number, "/x", query).number == 7
    ((method, path, headers, _),) = answering.asked
    assert (method, path.partition("?")[0]) == ("GET", "/api/v1/x")
    assert httpx2.QueryParams(path.partition("?")[2]).multi_items() == [
        ("where", "a = '%&+王'"),
        ("limit", "5"),
    ]
    assert headers["authorization"] == "Bearer kw_secret"
    assert "idempotency-key" not in headers


def test_a_write_is_sent_again_with_the_same_key_and_body(
    answering: Answering, connect: Connect, waits: list[float]
) -> None:
    answering.answers = [BUSY, None, GOOD]
    body = {"name": "王"}
    assert connect(answering.address).write(Number, "/x", body, "k").number == 7
    assert [(each[2]["idempotency-key"], json.loads(each[3])) for each in answering.asked] == [
        ("k", body)
    ] * 3
    assert len(waits) == 2
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1


def test_each_write_has_a_key_of_its_own(answering: Answering, connect: Connect) -> None:
    answering.answers = [GOOD, GOOD]
    connection = connect(answering.address)
    connection.write(Number, "/x", None, None)
    connection.write(Number, "/x", None, None)
    first, second = (each[2]["idempotency-key"] for each in answering.asked)
    assert first != second


def test_what_is_not_harmless_to_repeat_is_asked_once(
    answering: Answering, connect: Connect, waits: list[float]
) -> None:
    answering.answers = [None]
    with pytest.raises(NoAnswer, match="does not answer"):
        connect(answering.address).post(Number, "/x", {}, again=False)
    assert len(answering.asked) == 1
    assert waits == []


@pytest.mark.parametrize("status", [429, 503])
def test_it_waits_as_long_as_it_is_asked_to(
    answering: Answering, connect: Connect, waits: list[float], status: int
) -> None:
    answering.answers = [(status, {"Retry-After": "17"}, b""), GOOD]
    connect(answering.address).get(Number, "/x")
    assert waits == [17]


@pytest.mark.parametrize("given", ["-3", "soon", "1e9", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_time_to_wait_that_is_none_is_not_waited_for(
    answering: Answering, connect: Connect, waits: list[float], given: str
) -> None:
    answering.answers = [(503, {"Retry-After": given}, b""), GOOD]
    connect(answering.address).get(Number, "/x")
    assert waits[0] <= 0.5


def test_it_does_not_wait_for_longer_than_a_minute(
    answering: Answering, connect: Connect, waits: list[float]
) -> None:
    answering.answers = [(503, {"Retry-After": "3600"}, b"")]
    with pytest.raises(NoAnswer, match="status 503"):
        connect(answering.address).get(Number, "/x")
    assert waits == []


def test_what_will_not_pass_is_not_asked_again(
    answering: Answering, connect: Connect, waits: list[float]
) -> None:
    refusal = {
        "title": "Unprocessable Content",
        "status": 422,
        "error": "ExpressionRefused",
        "detail": "no field",
        "request_id": "abc",
        "problems": [
            {"what": "there is no field `x`", "column": 3, "hint": "did you mean `y`?"},
            {"what": "second"},
        ],
        "new_in_a_later_version": 1,
    }
    answering.answers = [(422, {"Content-Type": "application/problem+json"}, json.dumps(refusal).encode())]
    with pytest.raises(ApiError) as raised:
        connect(answering.address).get(Number, "/x")
    error = raised.value
    assert (error.status, error.error, error.request_id) == (422, "ExpressionRefused", "abc")
    assert error.problems == (
        Problem("there is no field `x`", column=3, hint="did you mean `y`?"),
        Problem("second"),
    )
    assert "did you mean `y`?" in str(error)
    assert len(answering.asked) == 1


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ((500, {"Content-Type": "text/html"}, b"<script>"), "status 500"),
        ((404, {"Content-Type": "application/problem+json"}, b'{"status": 404}'), "status 404"),
        ((302, {"Location": "https://elsewhere.example/sign-in"}, b""), "leads to https://elsewhere"),
        (
            (200, {"Content-Type": "text/html"}, b"<h1>welcome</h1>"),
            "in a form that this client does not know",
        ),
        ((200, {"Content-Type": "application/json"}, b'{"number": "x"}'), "does not know"),
        ((204, {}, b""), "does not know"),
    ],
)
def test_what_is_no_answer_of_keepwell_is_told_so(
    answering: Answering, connect: Connect, answer: tuple[int, dict[str, str], bytes], what: str
) -> None:
    answering.answers = [answer]
    with pytest.raises(NoAnswer) as raised:
        connect(answering.address).get(Number, "/x")
    assert what in str(raised.value)
    assert "kw_secret" not in str(raised.value)
    assert "<" not in str(raised.value)


def test_nobody_there_is_told_after_some_tries(connect: Connect, waits: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NoAnswer, match=f"127.0.0.1:{port} does not answer"):
        connect(f"http://127.0.0.1:{port}").get(Number, "/x")
    assert len(waits) == ATTEMPTS - 1


def test_it_does_not_wait_for_ever(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NoAnswer, match="does not answer"):
            connect(address, timeout_seconds=0.1).get(Number, "/x")


@pytest.mark.parametrize(
    "address",
    ["", "keepwell", "ftp://x", "http://", "https://a b", "https://[::1", "https://x:99999", "https://u:p@x", "https://x/?a=1"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(connect: Connect, address: str) -> None:
    with pytest.raises(Refused, match="is no address of Keepwell"):
        connect(address)


def test_a_key_goes_in_the_clear_only_to_this_machine_or_on_purpose() -> None:
    with pytest.raises(Refused, match="plain_http"):
        Connection("http://keepwell.example.com", "k", timeout_seconds=1, plain_http=False, http=None)
    Connection("http://keepwell.example.com", "k", timeout_seconds=1, plain_http=True, http=None).close()
    Connection("http://localhost:1", "k", timeout_seconds=1, plain_http=False, http=None).close()


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a?b#c", "%2e", "王", "a b", '"<'])
def test_a_part_of_a_path_stays_one(answering: Answering, connect: Connect, name: str) -> None:
    answering.answers = [GOOD]
    connect(answering.address).get(Number, f"/customers/{part(name)}/time-line")
    path = answering.asked[0][1]
    assert path.startswith("/api/v1/customers/")
    assert path.endswith("/time-line")
    assert path.count("/") == 5
