"""Headers, limits, errors and the log of requests."""

from __future__ import annotations

import io
import json
import shutil

import pytest

from keepwell.web.guards import BODY_BYTES_MAX
from keepwell.worker.logs import stop_logs, write_logs
from support.served_shop import PASSWORD, PHONE, Site


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/nowhere",
        "/healthz",
        "/static/keepwell.css",
        "/static/nothing.js",
        "/customers?after=x",
    ],
)
def test_every_answer_has_the_headers(site: Site, path: str) -> None:
    headers = site.client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert len(headers["x-request-id"]) == 16


def test_files_are_packed_and_pages_with_tokens_are_not(site: Site) -> None:
    packs = {"Accept-Encoding": "gzip"}
    file = site.client.get("/static/keepwell.css", headers=packs)
    assert file.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in file.headers["vary"].lower()
    page = site.client.get("/customers", headers=packs)
    assert 'name="csrf"' in page.text
    assert "content-encoding" not in page.headers


def test_static_files_are_kept_by_browsers_and_stay_in_their_folder(site: Site) -> None:
    assert "immutable" in site.client.get("/static/keepwell.css?v=1").headers["cache-control"]
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/..%2fapp.py"):
        assert site.client.get(path).status_code == 404


def test_bodies_have_a_limit(site: Site) -> None:
    too_much = site.client.post("/search", content=b"x" * (BODY_BYTES_MAX + 1))
    assert too_much.status_code == 413
    unknown = site.client.post("/search", content=iter([b"text=", b"x"]))
    assert unknown.status_code == 411


def test_what_is_not_there_and_what_is_not_allowed(site: Site) -> None:
    missing = site.client.get("/nowhere")
    assert missing.status_code == 404
    assert "There is nothing here" in missing.text
    assert site.client.delete("/").status_code == 405
    assert site.client.get("/search").status_code == 405


def test_a_fault_of_ours_shows_a_number_and_nothing_else(own_site: Site) -> None:
    @own_site.app.get("/broken")
    def broken() -> None:
        raise RuntimeError(f"the phone {PHONE} broke it")

    stream = io.StringIO()
    handler = write_logs(stream)
    try:
        answer = own_site.client.get("/broken")
    finally:
        stop_logs(handler)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert PHONE not in answer.text
    assert "Traceback" not in answer.text
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["unexpected error", "request"]
    assert lines[0]["error"] == "RuntimeError"
    assert any("broken" in place for place in lines[0]["places"])
    assert lines[1] | {"status": 500, "route": "/broken", "level": "error"} == lines[1]
    assert PHONE not in stream.getvalue()


def test_something_out_of_reach_is_said(own_site: Site) -> None:
    own_site.sign_in()
    shutil.rmtree(own_site.shop.work / "snapshots")
    own_site.shop.snapshots.folder.mkdir()
    assert "The plan has not run yet" in own_site.client.get("/customers").text
    (own_site.shop.snapshots.folder / "CURRENT.json").write_text("{", "utf-8")
    broken = own_site.client.get("/customers")
    assert broken.status_code == 503
    assert "is damaged" in broken.text


def test_the_log_tells_routes_and_no_values(own_site: Site) -> None:
    own_site.sign_in()
    stream = io.StringIO()
    handler = write_logs(stream)
    try:
        csrf = own_site.form("/customers?where=orders_90d+%3E+1")
        own_site.client.post("/search", data={"csrf": csrf, "text": PHONE})
        own_site.client.get("/customers/nobody?secret=1")
        own_site.client.get("/nowhere/13812345678")
        own_site.client.post("/sign-in", data={"csrf": csrf, "name": PHONE, "password": PASSWORD + "x"})
    finally:
        stop_logs(handler)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/customers", 200),
        ("POST", "/search", 303),
        ("GET", "/customers/{customer_id}", 404),
        ("GET", "(none)", 404),
        ("POST", "/sign-in", 401),
    ]
    assert all(line["ms"] >= 0 and line["request"] and line["time"].endswith("+00:00") for line in lines)
    for value in (PHONE, PASSWORD, "secret", "where", "orders_90d", csrf):
        assert value not in stream.getvalue()


@pytest.mark.parametrize(
    ("back", "goes_to"),
    [
        ("/sources", "/sources"),
        ("/?segment=everybody&where=a+%3E+1", "/?segment=everybody&where=a+%3E+1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("", "/"),
    ],
)
def test_choosing_a_language_leads_back_and_nowhere_else(site: Site, back: str, goes_to: str) -> None:
    visitor = site.visitor()
    form = {"csrf": site.form("/sign-in", visitor), "back": back, "theme": "dark"}
    answer = visitor.post("/preferences", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, goes_to)
    assert "keepwell_theme=dark" in answer.headers["set-cookie"]


def test_only_known_languages_and_colours(site: Site) -> None:
    visitor = site.visitor()
    form = {"csrf": site.form("/sign-in", visitor), "language": "xx"}
    assert visitor.post("/preferences", data=form).status_code == 422
    visitor.cookies.set("keepwell_language", "zh")
    visitor.cookies.set("keepwell_theme", '"><script>')
    page = visitor.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-Hans" data-theme="auto">' in page
