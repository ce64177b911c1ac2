"""The first load on pages: the walk from an empty folder to the list, what is refused, and what is left behind."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from keepwell.access.commands import sign_in
from keepwell.access.passwords import hash_password, name_key
from keepwell.access.tables import users
from keepwell.catalog.files import read_folder
from keepwell.catalog.load import load
from keepwell.catalog.sample import sample_orders
from keepwell.publishing.folder import marked
from keepwell.publishing.queries import history
from keepwell.store.audit import entries
from keepwell.web.guards import BODY_BYTES_MAX
from keepwell.web.page import SESSION_COOKIE
from support.first_load import bare_site as make_bare
from support.first_load import publish, run_until_done, send
from support.served_shop import NOW, PASSWORD, Site

ORDERS = sample_orders(NOW.date()).encode()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A site on a folder that was empty."""
    made = make_bare(tmp_path / "plan")
    yield made
    made.close()


def drafts(site: Site) -> list[str]:
    return sorted(path.name for path in (site.shop.work / "drafts").glob("*/files/*"))


def test_from_an_empty_folder_to_the_list(empty: Site) -> None:
    assert 'href="/start"' in empty.client.get("/customers").text
    address = send(empty, ("../../etc/订单.csv", ORDERS)).headers["location"]
    page = empty.client.get(address).text
    assert "…" not in page
    assert "customer_no" in page
    kept = empty.client.post(address, data={"csrf": empty.form("/start")})
    assert kept.headers["location"] == "/start/preview"
    preview = empty.client.get("/start/preview").text
    assert "2024" in preview
    with empty.shop.store.read() as session:
        assert history(session) == ()
    assert (
        publish(empty, name='Shop "\\1"').headers["location"] == "/start/preview"
    )  # another zone than was tried
    assert empty.client.get("/start/preview").status_code == 200
    assert publish(empty, name='Shop "\\1"').headers["location"] == "/start/progress"
    assert run_until_done(empty) == "/customers"
    listed = empty.client.get("/customers")
    assert "/customers/" in listed.text
    folder = empty.shop.folder
    assert sorted(path.name for path in (folder / "data/orders").iterdir()) == ["订单.csv"]
    plan = load(read_folder(folder))
    assert plan.settings.name == 'Shop "\\1"'
    assert marked(folder) is not None
    assert not (empty.shop.work / "drafts/1").exists()
    with empty.shop.store.read() as session:
        assert [each.action for each in entries(session, action="publish_first_load").entries]
    # A second press finds nothing more to do.
    assert publish(empty).headers["location"] == "/start/progress"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", bytes(range(256)) * 40, "no table"),
        ("a.csv", b"%PDF-1.4", "a PDF"),
        ("a.xlsx", b"order,amount\n", "no row beneath"),
        ("a.json", b'[{"a": 1}]', "JSON lines"),
    ],
)
def test_what_is_no_table_is_refused_by_name(empty: Site, name: str, content: bytes, said: str) -> None:
    answer = send(empty, (name, content))
    assert answer.status_code == 422
    assert said in answer.text
    assert name in answer.text
    assert drafts(empty) == []


def test_a_zip_archive_is_refused(empty: Site) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("orders.csv", ORDERS)
    assert "zip archive" in send(empty, ("orders.xlsx", packed.getvalue())).text
    assert drafts(empty) == []


def test_the_good_file_stays_where_another_is_refused(empty: Site) -> None:
    answer = send(empty, ("good.csv", ORDERS), ("bad.csv", b""))
    assert answer.status_code == 422
    assert "good.csv" in empty.client.get("/start").text
    assert len(drafts(empty)) == 1


def test_nothing_is_written_before_the_token_is_known(empty: Site) -> None:
    for data in ({}, {"csrf": "0" * 64}):
        answer = empty.client.post("/start/files", data=data, files=[("files", ("a.csv", ORDERS))])
        assert answer.status_code == 403
    assert drafts(empty) == []


def test_the_limit_on_bodies_stays_elsewhere(empty: Site) -> None:
    body = b"a" * (BODY_BYTES_MAX + 1)
    for path in ("/start/tables", "/start/columns/x", "/search", "/start/files/", "/sign-in"):
        assert empty.client.post(path, content=body).status_code == 413, path


def visitor(site: Site, name: str, role: str) -> TestClient:
    with site.shop.store.write() as session:
        session.execute(
            users.insert().values(
                name=name,
                name_key=name_key(name),
                password_hash=hash_password(PASSWORD),
                roles=[role],
                created_at=NOW,
            )
        )
    client = site.visitor()
    token = sign_in(site.shop.store, name, PASSWORD, now=site.now, address="127.0.0.1")
    client.cookies.set(SESSION_COOKIE, token)
    return client


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 403), ("agent", 403), ("viewer", 403), ("analyst", 200)]
)
def test_who_may(empty: Site, role: str, status: int) -> None:
    client = visitor(empty, "Someone", role)
    assert client.get("/start").status_code == status
    assert ('href="/start"' in client.get("/customers").text) == (status == 200)


def test_two_people_have_drafts_of_their_own_and_one_name_is_taken_once(empty: Site) -> None:
    other = visitor(empty, "Analyst", "analyst")
    mine = send(empty, ("orders.csv", ORDERS)).headers["location"]
    assert other.get(mine).status_code == 404
    token = empty.form("/start", other)
    other.post("/start/files", data={"csrf": token}, files=[("files", ("orders.csv", ORDERS))])
    assert publish(empty).status_code == 303
    refused = other.post("/start/publish", data={"csrf": token})
    assert refused.status_code == 422
    assert "has a source" in refused.text
    assert len(list((empty.shop.folder / "data/orders").iterdir())) == 1


def waiting(preview: str) -> int:
    """Rows that would wait in quarantine."""
    found = re.search(r"Would wait in quarantine</dt><dd>([\d,]+)", preview)
    assert found is not None
    return int(found[1].replace(",", ""))


def test_another_zone_or_currency_at_the_end_is_tried_first(empty: Site) -> None:
    """The figures somebody saw were of another zone: they see the new ones before anything is published."""
    send(empty, ("orders.csv", ORDERS))
    before = empty.client.get("/start/preview").text
    assert "$" in before
    answer = publish(empty, time_zone="America/New_York", currency="JPY", reason="first try")
    assert answer.headers["location"] == "/start/preview"
    with empty.shop.store.read() as session:
        assert history(session) == ()
    after = empty.client.get("/start/preview").text
    assert "figures with America/New_York and JPY" in after
    assert "$" not in after.partition("<main")[2]
    assert waiting(before) < waiting(after)  # yens have no decimals
    form = empty.client.get("/start/publish").text
    for kept in ('value="America/New_York"', 'value="JPY"', 'value="Shop"', 'value="first try"'):
        assert kept in form
    assert "figures with" not in empty.client.get("/start/preview").text
    again = publish(empty, time_zone="America/New_York", currency="JPY", reason="first try")
    assert again.headers["location"] == "/start/progress"
    settings = empty.shop.plan()[0].settings
    assert (settings.time_zone, settings.currency) == ("America/New_York", "JPY")


def test_a_name_alone_is_not_tried_anew(empty: Site) -> None:
    send(empty, ("orders.csv", ORDERS))
    assert empty.client.get("/start/preview").status_code == 200
    shown = publish(empty, name="Another", time_zone="UTC", currency="USD")
    assert shown.headers["location"] == "/start/progress"


def test_publishing_leaves_unpublished_edits_of_the_folder_alone(own_site: Site) -> None:
    own_site.sign_in()
    edited = own_site.shop.folder / "sources/orders.yml"
    edited.write_text(edited.read_text("utf-8") + "# mine\n", "utf-8")
    send(own_site, ("more.csv", ORDERS))
    assert publish(own_site).status_code == 303
    assert edited.read_text("utf-8").endswith("# mine\n")
    assert not (own_site.shop.folder / "sources/more.yml").exists()
    assert "more" in own_site.shop.plan()[0].sources


def test_a_database_by_the_name_of_a_variable(tmp_path: Path) -> None:
    site = make_bare(tmp_path / "plan")
    try:
        token = site.form("/start")
        said = site.client.post("/start/tables", data={"csrf": token, "variable": "SHOP_DATABASE"})
        assert said.status_code == 422
        assert "SHOP_DATABASE is not set" in said.text
        typed = {"csrf": token, "variable": "X", "address": "postgresql+psycopg://u:topsecret@127.0.0.1:1/x"}
        tried = site.client.post("/start/tables", data=typed)
        assert tried.status_code == 422
        assert "topsecret" not in tried.text
        outside = site.client.post("/start/tables", data={"csrf": token, "variable": "sqlite:///../../x.db"})
        assert "outside the plan folder" in outside.text
    finally:
        site.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_names_show_as_text(empty: Site, language: str) -> None:
    empty.client.cookies.set("keepwell_language", language)
    header = (
        b'order_id,date,amount,"<script>alert(1)</script>"\n1,2026-01-01,1.5,<b>x</b>\n2,2026-01-02,2.5,y\n'
    )
    address = send(empty, ("<img src=x>.csv", header)).headers["location"]
    for path in (address, "/start", "/start/preview", "/start/publish"):
        text = empty.client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x>" not in text
