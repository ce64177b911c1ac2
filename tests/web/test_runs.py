"""Asking for a run, watching it, and seeing its figures."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

from keepwell.runs.run import run
from keepwell.store.audit import entries
from keepwell.store.jobs import lease
from keepwell.worker.run_job import RUN, carry_out
from keepwell.worker.worker import Worker
from support.served_shop import Site
from web.test_people import text


def work(site: Site) -> None:
    assert Worker(site.shop, lambda: site.now, site.figures.run_ended).work_once()


def test_run_now_twice_is_one_run(own_site: Site) -> None:
    own_site.sign_in()
    for _ in range(2):
        answer = own_site.client.post("/runs", data={"csrf": own_site.form("/runs")})
        assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
    assert "A run is waiting to begin" in own_site.client.get("/runs").text
    work(own_site)
    assert not Worker(own_site.shop, lambda: own_site.now).work_once()
    page = text(own_site.client.get("/runs").text)
    assert "done" in page
    assert "3 customers" in page
    assert "everything was up to date" in page


def test_a_run_is_watched_and_its_snapshot_shown_at_once(own_site: Site) -> None:
    own_site.sign_in()
    assert "Customers 1 / 3" in text(own_site.client.get("/customers").text)
    more = own_site.shop.folder / "data/more.csv"
    more.write_text(
        "order_no,customer_no,ordered_at,paid,channel,name,phone\nX1,another,2026-06-29 10:00,50,web,,\n",
        "utf-8",
    )
    own_site.now += timedelta(hours=1)
    own_site.client.post("/runs", data={"csrf": own_site.form("/runs")})
    job = lease(own_site.shop.store, kinds=[RUN], worker="test", now=own_site.now, seconds=60)
    assert job is not None
    state = own_site.client.get("/runs/state").text
    assert "A run is under way" in state
    assert 'hx-trigger="every 2s"' in state
    assert "<html" not in state
    carry_out(own_site.shop, job, clock=lambda: own_site.now, stopping=threading.Event())
    done = own_site.client.get("/runs/state").text
    assert "hx-trigger" not in done
    assert "data/more.csv" in done
    assert "Customers 1 / 4" in text(own_site.client.get("/customers").text)


def test_inputs_that_cannot_be_read_are_told(own_site: Site) -> None:
    own_site.sign_in()
    (own_site.shop.folder / "data/orders.csv").unlink()
    own_site.client.post("/runs", data={"csrf": own_site.form("/runs")})
    work(own_site)
    page = text(own_site.client.get("/runs").text)
    assert "done, with problems" in page
    assert "1 input could not be read" in page
    assert "no file fits data/*.csv" in page


def test_a_run_asked_for_is_in_the_audit(own_site: Site) -> None:
    own_site.sign_in()
    own_site.client.post("/runs", data={"csrf": own_site.form("/runs")})
    with own_site.shop.store.read() as session:
        assert [entry.action for entry in entries(session, action="request_run").entries] == ["request_run"]


def test_a_snapshot_in_use_stays_readable_while_the_next_is_opened(own_site: Site) -> None:
    sights = own_site.app.state.web.sights
    with sights.sight() as before:
        first = before.snapshot.info
        own_site.now += timedelta(days=1)
        with own_site.shop.place(now=own_site.now) as place:
            run(place)
        with sights.sight() as after:
            assert after.snapshot.info != first
            assert before.snapshot.engine.value(before.snapshot.customers.count()) == 3
            assert after.snapshot.engine.value(after.snapshot.customers.count()) == 3
    with sights.sight() as again:
        assert again.snapshot.info != first


def test_the_schedule_is_said(own_site: Site) -> None:
    own_site.sign_in()
    page = own_site.client.get("/runs").text
    assert re.search("The plan runs by hand only; <code>run_every</code>", page)
