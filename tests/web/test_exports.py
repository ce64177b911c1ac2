"""Lists as files: what stands in them, who must approve, and what becomes of a file that is cut off."""

from __future__ import annotations

import csv
import io
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from keepwell.access.model import Scope
from keepwell.access.users import set_roles, set_scope
from keepwell.answers import list_export
from keepwell.core.errors import Unavailable
from keepwell.store.audit import entries
from keepwell.web.download import AT_ONCE, Download, one_of_few
from support.branch_shop import NOW, PHONES, SETTINGS, orders, write_branches
from support.served_shop import Site, open_shop, publish_plan, run_plan

EVERYBODY = {"segment": "everybody", "sort": "-spend_lifetime", "columns": "spend_lifetime,last_store"}
WHY = "Letters to lapsed customers"
NAMES = {"Ann": "=cmd|' /C calc'!A0", "Bob": "@SUM(A1:A9)", "Cat": '王"小,\u00a0明'}


@pytest.fixture(scope="module")
def export_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("exports") / "plan"
    write_branches(folder, settings=f"{SETTINGS}\n[exports]\nunapproved_max = 5\ndownloads = 2\n")
    text = orders().replace(",gone,", ",=2+5,")
    for name, hostile in NAMES.items():
        text = text.replace(f"{name} Wang", '"' + hostile.replace('"', '""') + '"')
    (folder / "data/orders.csv").write_text(text, "utf-8")
    shop = open_shop(folder)
    publish_plan(shop, now=NOW)
    run_plan(shop, now=NOW)
    made = Site(shop, now=NOW)
    made.sign_in()
    yield made
    made.close()


@dataclass(frozen=True)
class Team:
    """Two managers and an analyst nobody has met before, so that what one test takes does not count for another."""

    wei: TestClient
    min: TestClient
    ana: TestClient
    name_of_wei: str


@pytest.fixture
def team(export_site: Site) -> Team:
    wei, min_, ana = (f"{name}-{uuid4().hex[:8]}" for name in ("wei", "min", "ana"))
    sign_in = export_site.signed_in
    return Team(sign_in(wei, "manager"), sign_in(min_, "manager"), sign_in(ana, "analyst"), wei)


def ask(
    site: Site, who: TestClient, asked: dict[str, str] = EVERYBODY, **form: str | list[str]
) -> httpx2.Response:
    token = site.form("/account", who)
    answer: httpx2.Response = who.post("/customers/export", params=asked, data={"csrf": token} | form)
    return answer


def act(site: Site, who: TestClient, path: str, **form: str) -> httpx2.Response:
    answer: httpx2.Response = who.post(path, data={"csrf": site.form("/account", who)} | form)
    return answer


def table(answer: httpx2.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="customers-2026-06-30-\d+\.csv"', answer.headers["content-disposition"]
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def test_masked_just_what_the_list_shows_and_no_formula(export_site: Site, team: Team) -> None:
    rows = table(ask(export_site, team.ana, personal=["name", "phone"]))
    assert list(rows[0]) == [
        "Customer ID", "Known by", "name", "phone", "Spend ever", "Store of the latest order",
    ]  # fmt: skip
    assert [row["Known by"] for row in rows] == [f"shop:{who}" for who in ("ann", "bob", "cat", "dan", "eve")]
    assert [row["Spend ever"] for row in rows] == ["300.00", "600.00", "900.00", "1200.00", "1500.00"]
    assert [row["name"] for row in rows] == ["'=***", "'@***", "王**", "D***", "E***"]
    assert [row["Store of the latest order"] for row in rows] == ["s1", "s2", "s3", "'=2+5", ""]
    assert rows[0]["phone"] == "138****5600"
    text = str(rows)
    assert not any(phone in text for phone in PHONES.values())


def test_in_chinese_narrowed_and_in_order(export_site: Site, team: Team) -> None:
    asked = {
        **EVERYBODY,
        "where": "spend_lifetime > 500",
        "sort": "spend_lifetime",
        "columns": "orders_lifetime",
    }
    who = team.ana
    token = export_site.form("/account", who)
    answer = who.post(
        "/customers/export", params=asked, data={"csrf": token}, headers={"Accept-Language": "zh-CN"}
    )
    rows = table(answer)
    assert list(rows[0]) == ["客户编号", "身份标识", "累计订单数"]
    assert [row["身份标识"] for row in rows] == ["shop:eve", "shop:dan", "shop:cat", "shop:bob"]


def test_a_file_of_several_parts_is_that_of_one(
    export_site: Site, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ask(export_site, team.ana, personal="name").content
    monkeypatch.setattr(list_export, "CUSTOMERS_AT_A_TIME", 2)
    assert ask(export_site, team.min, personal="name").content == whole


def test_values_in_the_clear_take_two_persons(export_site: Site, team: Team) -> None:
    wei, min_ = team.wei, team.min
    refused = ask(export_site, wei, personal="phone", unmasked="yes", reason="why")
    assert refused.status_code == 422
    assert "the reason has 5 to 500 characters" in refused.text
    asked = ask(export_site, wei, personal=["name", "phone"], unmasked="yes", reason="<b>Letters</b> to them")
    here = asked.headers["location"]
    assert re.fullmatch(r"/exports/\d+", here)
    assert act(export_site, wei, f"{here}/download").status_code == 409
    assert act(export_site, wei, f"{here}/approve").status_code == 403
    page = min_.get(here).text
    assert "&lt;b&gt;Letters&lt;/b&gt; to them" in page
    assert "Approve" in page
    assert "1 export waits for you" in unescape(min_.get("/").text)
    assert "waits for you" not in unescape(wei.get("/").text)
    assert act(export_site, min_, f"{here}/refuse", because="no").status_code == 422
    assert act(export_site, min_, f"{here}/approve").status_code == 303
    assert "waits for you" not in unescape(min_.get("/").text)
    assert act(export_site, min_, f"{here}/download").status_code == 404
    rows = table(act(export_site, wei, f"{here}/download"))
    assert [row["phone"] for row in rows] == [f"'+86{phone}" for phone in PHONES.values()]
    assert rows[0]["name"] == f"'{NAMES['Ann']}"
    assert rows[2]["name"] == '王"小, 明'
    assert table(act(export_site, wei, f"{here}/download")) == rows
    assert act(export_site, wei, f"{here}/download").status_code == 409
    assert "All its downloads are used" in wei.get(here).text


def test_the_log_says_who_and_what_and_no_values(export_site: Site, team: Team) -> None:
    here = ask(export_site, team.wei, personal="phone", unmasked="yes", reason=WHY).headers["location"]
    act(export_site, team.min, f"{here}/approve")
    assert PHONES["ann"] in act(export_site, team.wei, f"{here}/download").text
    with export_site.shop.store.read() as session:
        told = str(entries(session, subject_kind="export", limit=500).entries)
    assert {"approve_export", "finish_export"} <= set(re.findall(r"\w+_export", told))
    assert not any(phone in told for phone in PHONES.values())
    log = export_site.client.get("/system/audit?action=download_export")
    assert "downloaded an export" in log.text


def test_more_customers_than_one_may_alone(export_site: Site, team: Team) -> None:
    who = team.wei
    assert len(table(ask(export_site, who, {**EVERYBODY, "where": "last_store = 's1'"}))) == 1
    page = plain(who.get("/customers/export", params=EVERYBODY).text)
    assert "4 more today would need none" in page
    assert ask(export_site, who, reason="").status_code == 422
    asked = ask(export_site, who, reason=WHY)
    here = asked.headers["location"]
    assert act(export_site, team.min, f"{here}/approve").status_code == 303
    assert len(table(act(export_site, who, f"{here}/download"))) == 5


def test_the_scope_of_the_moment_decides(export_site: Site, team: Team) -> None:
    who = team.wei
    north = Scope(units=frozenset({"north"}))
    here = ask(export_site, who, personal="phone", unmasked="yes", reason=WHY).headers["location"]
    act(export_site, team.min, f"{here}/approve")
    with export_site.shop.store.write() as session:
        set_scope(session, team.name_of_wei, north, actor="test", now=export_site.now)
    rows = table(act(export_site, who, f"{here}/download"))
    assert [row["Known by"] for row in rows] == ["shop:ann", "shop:bob"]
    # Asked for by somebody who saw the north, and downloaded when they see everybody.
    narrow = ask(export_site, who, personal="phone", unmasked="yes", reason=WHY).headers["location"]
    act(export_site, team.min, f"{narrow}/approve")
    with export_site.shop.store.write() as session:
        set_scope(session, team.name_of_wei, None, actor="test", now=export_site.now)
    refused = act(export_site, who, f"{narrow}/download")
    assert refused.status_code == 403
    assert "other customers than when you asked" in refused.text


def test_whoever_loses_the_role_loses_the_file(export_site: Site, team: Team) -> None:
    here = ask(export_site, team.wei, personal="phone", unmasked="yes", reason=WHY).headers["location"]
    act(export_site, team.min, f"{here}/approve")
    for roles, status in ((["analyst"], 403), (["viewer"], 403), (["manager"], 200)):
        with export_site.shop.store.write() as session:
            set_roles(session, team.name_of_wei, roles, actor="test", now=export_site.now)
        assert act(export_site, team.wei, f"{here}/download").status_code == status


def test_whoever_may_not_has_no_way_to_it(export_site: Site, team: Team) -> None:
    agent = export_site.signed_in("agent", "agent")
    assert 'href="/customers/export' not in agent.get("/customers?segment=everybody").text
    assert agent.get("/customers/export").status_code == 403
    assert ask(export_site, agent).status_code == 403
    assert 'value="yes"' not in team.ana.get("/customers/export", params=EVERYBODY).text
    assert ask(export_site, team.ana, personal="phone", unmasked="yes", reason=WHY).status_code == 403
    scoped = export_site.signed_in("scoped", "manager", scope=Scope("true"))
    assert "Waiting for you" not in scoped.get("/exports").text
    assert act(export_site, scoped, "/exports/1/approve").status_code == 403


def test_what_the_plan_does_not_have_is_told_on_the_list(export_site: Site, team: Team) -> None:
    for asked, status in (
        ({"segment": "gone"}, 404),
        ({"segment": "everybody", "where": "gone > 1"}, 422),
        ({"segment": "everybody", "where": "spend_lifetime > 99999999"}, 422),
    ):
        assert ask(export_site, team.ana, asked).status_code == status


def test_only_a_few_files_are_made_at_a_time(export_site: Site, team: Team) -> None:
    with ExitStack() as taken:
        for _ in range(AT_ONCE):
            taken.enter_context(one_of_few())
        refused = ask(export_site, team.ana)
        assert "being made at this moment" in refused.text
    assert len(table(ask(export_site, team.ana))) == 5  # what was refused did not count


@pytest.fixture
def closed() -> list[str]:
    return []


@pytest.fixture
def endless(closed: list[str]) -> Iterator[str]:
    """The address of a server of files without an end, and of one that fails half-way."""

    def answer(request: Request) -> Download:
        opened = ExitStack()
        opened.enter_context(one_of_few())
        opened.callback(closed.append, request.url.path)

        def lines() -> Iterator[str]:
            yield "head\n"
            while True:
                yield "a line of some length\n" * 1000
                if request.url.path == "/fails":
                    raise Unavailable("the disk is gone")

        return Download(lines(), opened, name="x.csv")

    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/endless", answer), Route("/fails", answer)]), port=0, log_config=None
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def test_when_nobody_reads_on_all_is_closed(endless: str, closed: list[str]) -> None:
    for _ in range(AT_ONCE + 1):
        with httpx2.stream("GET", f"{endless}/endless") as answer:
            assert next(answer.iter_bytes()).startswith(b"head")
        waited = time.monotonic() + 10
        while not closed and time.monotonic() < waited:
            time.sleep(0.02)
        assert closed.pop() == "/endless"
    with ExitStack() as places:
        for _ in range(AT_ONCE):
            places.enter_context(one_of_few())


def test_a_file_that_fails_half_way_is_not_taken_for_whole(endless: str, closed: list[str]) -> None:
    with (
        pytest.raises(httpx2.RemoteProtocolError),
        httpx2.stream("GET", f"{endless}/fails") as answer,
    ):
        for _ in answer.iter_bytes():
            pass
    waited = time.monotonic() + 10
    while not closed and time.monotonic() < waited:
        time.sleep(0.02)
    assert closed == ["/fails"]
