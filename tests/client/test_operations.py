"""The client asks the real application: it has every operation of the API, and understands every answer."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from keepwell.access.model import Permission
from keepwell.api.asking import ROOT
from keepwell.client import ApiError, Client, access, customers, data, plan, segments
from keepwell.lake.snapshot import SNAPSHOTS_KEPT
from keepwell.worker.worker import Worker
from support.programs import Json
from support.served_shop import LEAVING_ID, NAME, NOW, PHONE, Site, run_plan


def client_of(site: Site, *permissions: Permission) -> Client:
    key = site.key(NAME, *(permissions or Permission))
    return Client("http://testserver", key, plain_http=True, http=site.visitor())


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[Client]:
    with client_of(site) as made:
        yield made


@pytest.fixture
def own(own_site: Site) -> Iterator[Client]:
    own_site.sign_in()
    with client_of(own_site) as made:
        yield made


@pytest.fixture(scope="module")
def operations(site: Site) -> dict[str, Json]:
    """Each operation of the document by its name, with its path."""
    document = site.visitor().get(f"{ROOT}/openapi.json").json()
    shapes = document["components"]["schemas"]
    found = {}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            body = operation.get("requestBody")
            sent = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1] if body else None
            found[operation["operationId"]] = {
                "parameters": {
                    *re.findall(r"\{(\w+)\}", path),
                    *(each["name"] for each in operation.get("parameters", [])),
                    *(shapes[sent]["properties"] if sent else ()),
                },
                "answer": next(
                    answer["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
                    for status, answer in operation["responses"].items()
                    if status.startswith("2")
                ),
            }
    return found


def methods() -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(method)
        for name, method in inspect.getmembers(Client, inspect.isfunction)
        if not name.startswith(("_", "each_")) and name != "close"
    }


def test_it_has_every_operation_and_no_other(operations: dict[str, Json]) -> None:
    assert methods().keys() == operations.keys()


def test_methods_take_and_give_what_operations_do(operations: dict[str, Json]) -> None:
    for name, signature in methods().items():
        taken = {"Idempotency-Key" if each == "idempotency_key" else each for each in signature.parameters}
        assert taken - {"self"} == operations[name]["parameters"], name
        assert signature.return_annotation == operations[name]["answer"], name


def test_every_list_of_pages_has_its_iterator(operations: dict[str, Json]) -> None:
    paged = [name for name, each in operations.items() if "cursor" in each["parameters"]]
    each = [name for name in dir(Client) if name.startswith("each_")]
    assert len(each) == len(paged)


def test_the_business_and_the_key(client: Client) -> None:
    assert client.get_business().currency == "CNY"
    assert client.get_key().owner == NAME
    assert client.get_today().leaving is not None
    assert "spend_365d" in {each.name for each in client.list_fields().fields}


def test_customers_segments_and_their_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (customers, segments, data, plan, access):
        monkeypatch.setattr(module, "PAGE", 2)
    page = client.list_customers(segment="about_to_leave", fields=["spend_365d"])
    assert (page.count, page.customers[0].values) == (1, {"spend_365d": 144_600})
    assert page.as_of.as_of == NOW
    everybody = list(client.each_customer(sort="spend_365d", fields=["spend_365d"]))
    spent = [each.values["spend_365d"] for each in everybody]
    assert spent == sorted(spent, key=lambda value: -int(value or 0))
    assert len({each.customer_id for each in everybody}) == 3
    [found] = client.search_customers(LEAVING_ID).customers
    assert client.search_customers(PHONE).customers[0].customer_id == found.customer_id
    profile = client.get_customer(found.customer_id)
    assert profile.identities[0].masked["phone"] == "138****5678"
    events = list(client.each_event(found.customer_id))
    assert len([each for each in events if each.kind == "order"]) == 12
    assert client.get_time_line(found.customer_id, kind="order", year=2026, limit=1).next_cursor
    names = {each.name for each in client.list_segments().segments}
    assert "about_to_leave" in names
    assert client.get_overlap(["about_to_leave", "vip"]).sizes["about_to_leave"] == 1
    points = client.get_segment_history("about_to_leave").points
    assert points[-1].size == 1
    moved = list(client.each_moved_customer("about_to_leave", points[-1].run_id, "entry"))
    assert [each.customer_id for each in moved] == [found.customer_id]
    assert client.list_moved_customers("about_to_leave", points[-1].run_id, "exit").count == 0


def test_the_views_of_explore(client: Client) -> None:
    assert client.get_cohorts(by="quarter", level="new", years=1).by == "quarter"
    assert client.get_newcomers(back="contact").months
    assert client.get_silence(silent=10, at_risk=20, dormant=30, lost=40).stages
    assert client.get_funnel(interact=5, buy=60).bought == 2
    assert client.get_score_grid().squares == []  # three are too few to be ranked
    assert client.get_classes(field="lifecycle_stage", where="spend_365d > 0").classes
    moves = client.get_migration(date(2026, 5, 1), end=date(2026, 6, 1), field="lifecycle_stage")
    assert moves.moves
    assert len(client.get_baskets(months=3).rows) > 1
    assert client.get_overdue(segment="about_to_leave").bands


def test_sources_users_keys_and_the_log(client: Client) -> None:
    assert client.list_sources().sources[0].waiting == 3
    assert len(list(client.each_quarantined("orders"))) == 3
    reason = next(iter(client.list_sources().sources[0].reasons))
    assert client.list_quarantine("orders", reason=reason).rows
    assert [each.name for each in client.list_users().users] == [NAME]
    assert client.list_keys().keys[0].state == "alive"
    since, before = NOW - timedelta(days=1), NOW + timedelta(days=1)
    log = list(client.each_audited(action="create_user", since=since, before=before))
    assert [each.subject_id for each in log] == [NAME]
    assert client.list_audit(actor="nobody").entries == []


def test_a_run_is_asked_for_and_told(own_site: Site, own: Client) -> None:
    asked = own.begin_run()
    assert own.begin_run(idempotency_key="the-same-run").id == asked.id
    Worker(own_site.shop, lambda: own_site.now).work_once()
    run = own.get_run(asked.id)
    assert (run.state, run.result is not None) == ("done", True)
    assert [each.id for each in own.list_runs().runs] == [asked.id]


def test_a_plan_is_checked_published_and_gone_back_from(own: Client) -> None:
    files = own.get_version(1).files
    better = files | {"segments/good.yml": "segment: good\nwhere: orders_90d > 2\n"}
    wrong = own.check_plan(files | {"segments/good.yml": "segment: good\nwhere: no_such > 2\n"})
    assert (wrong.is_good, wrong.problems[0].line) == (False, 2)
    made = own.publish_plan(better, expected_version=1, reason="they matter", idempotency_key="good")
    again = own.publish_plan(better, expected_version=1, reason="they matter", idempotency_key="good")
    assert (made.number, again) == (2, made)
    assert own.get_plan().plan_version == 2
    assert "orders_90d" in own.get_definition("segment", "good").uses
    with pytest.raises(ApiError) as late:
        own.publish_plan(files, expected_version=1, reason="late")
    assert (late.value.status, late.value.error) == (409, "NotPulled")
    assert own.restore_version(1, expected_version=2, reason="no").number == 3
    assert [each.number for each in own.each_version()] == [3, 2, 1]
    assert own.list_versions(limit=1).next_cursor


def test_personal_values_and_a_key_that_ends_itself(own_site: Site, own: Client) -> None:
    [found] = own.search_customers(LEAVING_ID).customers
    told = own.reveal_customer(
        found.customer_id, party_key=found.party_keys[0], reason="other", words="asked us to"
    )
    assert told.values["phone"] == f"+86{PHONE}"
    assert own.revoke_key(own.list_keys().keys[0].id).id
    with pytest.raises(ApiError) as dead:
        own.get_key()
    assert (dead.value.status, dead.value.error) == (401, "KeyNeeded")


def test_what_is_refused_carries_its_problems(client: Client) -> None:
    with pytest.raises(ApiError) as refused:
        client.list_customers(where="spend_365 > 1")
    [problem] = refused.value.problems
    assert (refused.value.error, problem.column) == ("ExpressionRefused", 1)
    assert "spend_365d" in (problem.hint or "")
    assert refused.value.request_id
    with pytest.raises(ApiError) as unknown:
        client.get_customer("../segments")
    assert unknown.value.status == 404


def test_too_many_requests_are_waited_out(own_site: Site, own: Client) -> None:
    """The window of a minute goes by while it waits; here the clock is moved instead."""
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        own_site.now += timedelta(seconds=seconds)

    own._connection._sleep = sleep
    for _ in range(601):
        own.get_key()
    assert len(waits) == 1


def test_a_page_after_newer_data_goes_on_until_its_snapshot_is_gone(own_site: Site, own: Client) -> None:
    first = own.list_customers(limit=1)
    for number in range(1, SNAPSHOTS_KEPT + 1):
        own_site.now += timedelta(days=1)
        run_plan(own_site.shop, now=own_site.now)
        if number == SNAPSHOTS_KEPT - 1:  # the last that leaves it among those kept
            assert own.list_customers(limit=1, cursor=first.next_cursor).as_of == first.as_of
    with pytest.raises(ApiError) as gone:
        own.list_customers(limit=1, cursor=first.next_cursor)
    assert gone.value.error == "CursorGone"


def test_lists_and_tags(own_site: Site, own: Client) -> None:
    kept = own.save_list("call", where="spend_365d > 100", fields=["spend_365d"], sort="spend_365d")
    assert own.get_list(kept.id).where == "spend_365d > 100"
    assert [each.id for each in own.list_lists().lists] == [kept.id]
    assert own.remove_list(kept.id).id == kept.id
    files = own.get_version(1).files | {"fields/winback.yml": "tag: winback\ntype: text\n"}
    own.publish_plan(files, expected_version=1, reason="whom we win back")
    run_plan(own_site.shop, now=own_site.now)
    assert [each.name for each in own.list_tags().tags] == ["winback"]
    assert own.set_tag("winback", "yes", where="spend_365d > 1000").customers == 1
    [found] = own.search_customers(LEAVING_ID).customers
    assert own.set_tag("winback", "no", customers=[found.customer_id]).parties == 1
    acts = own.list_tag_acts().acts
    assert [each.value for each in acts] == ["no", "yes"]
    assert own.undo_tag_act(acts[0].id).parties == 1
