"""/healthz, /readyz and /metrics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from keepwell.access import keys
from keepwell.access.keys import add_key, owner_named, revoke_key
from keepwell.access.model import Permission
from support.served_shop import NAME, Site, open_shop, publish_plan, run_plan, write_plan

TOKEN = "a token of the one who watches"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    write_plan(tmp_path / "plan")
    made = Site(open_shop(tmp_path / "plan", KEEPWELL_METRICS_TOKEN=TOKEN))
    yield made
    made.close()


def figures(site: Site) -> dict[str, float]:
    """Samples of /metrics by name and labels."""
    text = site.client.get("/metrics").text
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_alive_and_ready_before_anything_is_published(site: Site) -> None:
    assert site.client.get("/healthz").json() == {"status": "ok"}
    ready = site.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "has_snapshot": False})


def test_not_ready_says_what_is_missing(site: Site) -> None:
    publish_plan(site.shop)
    run_plan(site.shop)
    assert site.client.get("/readyz").json() == {"status": "ready", "has_snapshot": True}
    info = site.shop.snapshots.current()
    assert info is not None
    site.app.state.web.sights.close()  # an open file would stay readable
    (site.shop.snapshots.folder / info.file).unlink()
    gone = Site(open_shop(site.shop.folder))
    answer = gone.client.get("/readyz")
    assert answer.status_code == 503
    assert info.file in answer.json()["missing"][0]
    assert gone.client.get("/healthz").status_code == 200
    (site.shop.snapshots.folder / "CURRENT.json").write_text("nonsense", "utf-8")
    assert "is damaged" in gone.client.get("/readyz").json()["missing"][0]
    gone.close()


def test_metrics_are_for_this_machine_or_the_token(site: Site) -> None:
    elsewhere = site.visitor(address="203.0.113.9")
    assert elsewhere.get("/metrics").status_code == 403
    assert elsewhere.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert elsewhere.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert site.client.get("/metrics").status_code == 200
    assert site.visitor(address="::1").get("/metrics").status_code == 200


def test_metrics_are_for_a_key_that_may_see_the_data(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.sign_in()
    elsewhere = site.visitor(address="203.0.113.9")

    def status(key: str) -> int:
        return elsewhere.get("/metrics", headers={"Authorization": f"Bearer {key}"}).status_code

    with site.shop.store.write() as session:
        owner = owner_named(session, NAME)
        now = site.now
        sees = add_key(session, owner, "graphs", {Permission.SEE_DATA}, now=now, actor="test")
        sees_not = add_key(session, owner, "lists", {Permission.SEE_CUSTOMERS}, now=now, actor="test")
    assert (status(sees), status(sees_not), status("kw_unknown")) == (200, 403, 403)
    with site.shop.store.write() as session:
        revoke_key(session, 1, now=site.now, actor="test")
    assert status(sees) == 403
    monkeypatch.setattr(keys, "REQUESTS_PER_WINDOW", 1)
    answer = elsewhere.get("/metrics", headers={"Authorization": f"Bearer {sees_not}"})
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)


def test_without_a_token_none_fits(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan")
    site = Site(open_shop(tmp_path / "plan"))
    elsewhere = site.visitor(address="203.0.113.9")
    for given in ("Bearer ", "Bearer None", ""):
        assert elsewhere.get("/metrics", headers={"Authorization": given}).status_code == 403
    site.close()


def test_figures(site: Site) -> None:
    before = figures(site)
    assert before["keepwell_jobs_open"] == 0
    assert "keepwell_customers" not in before
    publish_plan(site.shop)
    run_plan(site.shop)
    site.figures.run_ended("done", 2.5)
    site.client.get("/customers/some-one")
    site.client.get("/no-such-page")
    found = figures(site)
    assert found["keepwell_lake_rows orders"] == 24
    assert found["keepwell_quarantine_open orders"] == 3
    assert found["keepwell_customers"] == 3
    assert found["keepwell_snapshot_timestamp_seconds"] == site.now.timestamp()
    assert found["keepwell_run_seconds_count done"] == 1
    assert found["keepwell_requests_total GET /customers/{customer_id} 303"] == 1
    assert found["keepwell_requests_total GET (none) 404"] == 1
    assert not any("some-one" in name for name in found)
