"""A shop whose every text is hostile: names, labels, reasons, values, files, users, tags, stores, errors, drafts.

Each has markup with a name of its own (``<kw-evil id="store">``), so that a walk can tell which it saw as text and
whether any became an element; a script that would set a mark; braces of template engines; the beginning of a formula; a
right-to-left override that nobody closes; and a word without an end.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from keepwell.access.commands import create_first_administrator
from keepwell.access.keys import add_key
from keepwell.access.model import ADMINISTRATOR as ROLE
from keepwell.access.model import Permission, Scope, Viewer
from keepwell.access.users import create_user
from keepwell.catalog.files import read_folder
from keepwell.catalog.limits import Exports
from keepwell.customers.tags import set_tag
from keepwell.intake.readers import LIMITS
from keepwell.lists.exports import Contents, request_export
from keepwell.lists.model import Question
from keepwell.lists.saved import save_list
from keepwell.publishing.commands import publish
from keepwell.publishing.queries import current
from keepwell.runs.first_load.add import add_file
from keepwell.runs.first_load.draft import Desk, incoming
from keepwell.runs.run import run
from keepwell.store.jobs import enqueue, fail, lease
from keepwell.wiring import Deployment
from support.served_shop import PASSWORD, open_shop
from support.trial_shop import write

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(days=12)
SUM = 1337
"""What ``{{7*191}}`` would give."""
ENDLESS = "unbrechbar" * 12
NUL_LIKE = "\u2400\u200b\ufeff\u00ad"


def hostile(where: str, *, start: str = "") -> str:
    """A hostile text that tells where it stands."""
    markup = f'<kw-evil id="{where}"><script>window.hit=1</script><img src=x onerror="window.hit=1">'
    return f'{start}{markup}""\'`&amp;{{{{7*191}}}}${{7*191}}</td></option>{NUL_LIKE}\u202e{where}'


def visible(where: str) -> str:
    """A short one without what cannot be seen: names of users have at most 100 visible letters."""
    return f'<kw-evil id="{where}"><script>window.hit=1</script>"{{{{7*191}}}}\''


def braceless(where: str) -> str:
    """The same where braces stand for fields."""
    return hostile(where).replace("{", "(").replace("}", ")")


def quoted(text: str) -> str:
    """As a scalar of YAML."""
    return json.dumps(text)


ADMINISTRATOR = visible("user")
BUSINESS = hostile("business", start="=2+3 ")
STORE = hostile("store", start="@SUM(A1) ")
CHANNEL = hostile("channel", start="-1 ")
ENDLESS_CHANNEL = ENDLESS + "<b>"
FILE = f"=cmd {hostile('file').replace('/', '∕')}.csv".encode()[:200].decode("utf-8", "ignore") + ".csv"
"""A file's name has no slash and at most 255 bytes."""

SETTINGS = f"""\
format = 1
name = {json.dumps(BUSINESS)}
time_zone = "Asia/Shanghai"
currency = "CNY"

[units]
field = "last_store"

[lake]
threads = 1
"""

ORDERS = f"""\
source: orders
label: {{en: {quoted(hostile("source_en"))}, zh: {quoted(hostile("source_zh"))}}}
about: {quoted(hostile("about"))}
owner: {quoted(hostile("owner"))}
from: {{files: "data/*.csv"}}
fact: order
system: shop
key: [order_id]
columns:
  order_id: {{column: {quoted("订单 <kw-evil id='column'>")}}}
  party: who
  occurred_at: at
  amount: paid
  channel: channel
  store: store
  status: status
  name: {{personal: name}}
  phone: {{personal: phone}}
  note: {{free_text: true}}
valid:
  - rule: amount < 100000
    say: {quoted(hostile("rule"))}
"""

UNITS = """\
source: stores
from: {files: units/stores.csv}
fact: unit
key: [unit]
columns: {unit: id, parent: above, label: label, level: level}
"""

FIELDS = f"""\
measure: usual_channel
label: {quoted(hostile("measure"))}
about: {quoted(hostile("measure_about"))}
of: order
mode: channel
---
field: mood
label: {quoted(hostile("field"))}
cases:
  - {{value: fine, when: orders_90d > 0, label: {quoted(hostile("case"))}}}
  - {{value: sad, label: {quoted(ENDLESS)}}}
---
tag: told
label: {quoted(hostile("tag"))}
---
tag: colour
choices:
  - {{value: red, label: {quoted(hostile("choice"))}}}
"""

SAID = braceless("said") + " {usual_channel} {told}"
SEGMENTS = f"""\
segment: whispered
label: {{en: {quoted(hostile("segment_en"))}, zh: {quoted(hostile("segment_zh"))}}}
about: {quoted(hostile("segment_about"))}
where: {quoted("usual_channel = '" + CHANNEL.replace("'", "''") + "' or orders_lifetime > 2")}
worth: spend_lifetime
reasons:
  - name: loud
    label: {quoted(hostile("reason"))}
    when: orders_lifetime > 2
    say: {quoted(SAID)}
"""


def write_hostile(folder: Path) -> None:
    """The plan folder, not published."""
    write(
        folder,
        {
            "keepwell.toml": SETTINGS,
            "sources/orders.yml": ORDERS,
            "sources/stores.yml": UNITS,
            "fields/own.yml": FIELDS,
            "segments/own.yml": SEGMENTS,
            f"data/{FILE}": _table(_header(), _orders(until=EARLIER)),
            "units/stores.csv": _table(["id", "above", "label", "level"], _stores()),
        },
    )


def _header() -> list[str]:
    return [
        "订单 <kw-evil id='column'>", "who", "at", "paid", "channel", "store", "status", "name", "phone", "note",
    ]  # fmt: skip


def _orders(*, until: datetime) -> Iterator[Sequence[str]]:
    """Twelve regulars who stopped, twelve who keep coming, and rows that wait in quarantine."""
    for number in range(24):
        stopped = number < 12
        for order in range(9):
            at = NOW - timedelta(days=(75 if stopped else 2) + 9 * order + number % 4)
            if at > until:
                continue
            yield (
                f"{hostile('order')}{number}-{order}",
                f"{hostile('party')}{number}",
                f"{at:%Y-%m-%d %H:%M}",
                f"{20 + number}.50",
                ENDLESS_CHANNEL if number == 3 else CHANNEL,
                STORE,
                hostile("status"),
                f"<kw-evil id='name'>{number}" if number != 5 else "",
                f"138{number:08}",
                hostile("note"),
            )
    for paid in (hostile("quarantined"), "2000000", "n\x00a"):
        yield (f"B-{paid[:4]}", "b", "2026-06-01 10:00", paid, CHANNEL, STORE, "", "", "", "")


def _stores() -> Iterator[Sequence[str]]:
    yield "north", "", hostile("unit"), "region"
    yield STORE, "north", hostile("unit_store"), "store"


def _table(header: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def hostile_shop(folder: Path) -> Deployment:
    """Published and run twice, with users, tags, jobs that failed and a draft."""
    write_hostile(folder)
    shop = open_shop(folder)
    with shop.store.write() as session:
        create_first_administrator(session, ADMINISTRATOR, PASSWORD, now=EARLIER)
        scope = Scope("usual_channel != '<kw-evil id=\"scope\">'", frozenset({STORE}))
        create_user(session, visible("narrow"), ["viewer"], scope, actor=ADMINISTRATOR, now=NOW)
    _publish_and_run(shop, EARLIER)
    (folder / "data" / FILE).write_text(_table(_header(), _orders(until=NOW)), "utf-8")
    with shop.store.write() as session:
        for number, value in enumerate((hostile("told", start="=1+1 "), ENDLESS)):
            set_tag(
                session, "told", [f"shop:{hostile('party')}{number}"], value, actor=ADMINISTRATOR, now=NOW
            )
    _publish_and_run(shop, NOW)
    with shop.store.write() as session:
        enqueue(session, "odd", {}, now=NOW)
    job = lease(shop.store, kinds=["odd"], worker="w", now=NOW, seconds=60)
    assert job is not None
    with shop.store.write() as session:
        fail(session, job, now=NOW, error=hostile("job"), retry=False)
    _lists(shop)
    _draft(shop)
    return shop


def _lists(shop: Deployment) -> None:
    """A saved list, an export that waits, and a key of a program, all the administrator's."""
    viewer = Viewer(1, ADMINISTRATOR, frozenset({ROLE}))
    question = Question(
        "whispered", where=f"usual_channel != '{hostile('list_condition').replace(chr(39), chr(39) * 2)}'"
    )
    contents = Contents(
        question=question,
        conditions=("orders_lifetime > 2",),
        sort=None,
        columns=("usual_channel",),
        personal=("name",),
        is_unmasked=True,
        customers=24,
    )
    with shop.store.write() as session:
        save_list(session, viewer, visible("list"), question, is_shared=True, now=NOW)
        request_export(session, viewer, contents, visible("export_reason"), Exports(), now=NOW)
        add_key(session, viewer, visible("key"), [Permission.SEE_CUSTOMERS], now=NOW, actor=ADMINISTRATOR)


def _publish_and_run(shop: Deployment, now: datetime) -> None:
    with shop.store.write() as session:
        newest = current(session)
        publish(
            session,
            read_folder(shop.folder),
            author=ADMINISTRATOR,
            reason=hostile("reason_of_version"),
            now=now,
            expected_version=newest.number if newest else None,
        )
    with shop.place(now=now) as place:
        run(place)


def _draft(shop: Deployment) -> None:
    """A first load of the administrator's that is under way."""
    desk = Desk(shop.work, 1)
    coming = incoming(desk, desk.read(NOW))
    header = ["order_id", "date", "amount", hostile("draft_column"), "status"]
    rows = [
        [str(n), f"2026-05-0{n + 1}", f"{n}.50", hostile("draft_value"), hostile("draft_status")]
        for n in range(5)
    ]
    rows.append(["9", hostile("draft_bad"), "1", "", ""])
    coming.write(_table(header, iter(rows)).encode())
    desk.write(add_file(desk, desk.read(NOW), coming.close(), hostile("draft_file") + ".csv", LIMITS), NOW)
