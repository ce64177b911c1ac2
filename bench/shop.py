"""A made-up shop of any size: a plan, a lake that holds years of its orders, and files of new ones.

Everything follows from the number of an order, so the same scale always gives the same shop.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import duckdb

from keepwell.catalog.files import read_folder
from keepwell.intake.contract import Contract, contract_of
from keepwell.intake.rows import typed_rows, with_hashes
from keepwell.lake.lake import first_customer_id
from keepwell.lake.manifest import BUCKETS, DataFile, Manifest, SourceState
from keepwell.publishing.commands import publish
from keepwell.runs.inputs import definition_of
from keepwell.runs.place import Place
from keepwell.wiring import Deployment, deployment

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
FACTS_HELD = 50_000_000
ROWS_NEW = 5_000_000
PERSONS = 1_000_000
ORDERS_PER_CUSTOMER = 50
"""At scale 1 a million customers have fifty orders each."""

SETTINGS = """\
format = 1
name = "Bench"
time_zone = "Asia/Shanghai"
currency = "CNY"
"""

ORDERS = """\
source: orders
from: {files: data/orders.*}
fact: order
system: shop
key: [order_id]
columns:
  order_id: order_no
  party: customer_no
  occurred_at: ordered_at
  amount: paid
  status: status
  channel: channel
  store: store
  items: {type: whole}
valid:
  - rule: amount <= 50000
    say: no order is worth that much
"""

MEMBERS = """\
source: members
from: {files: data/members.*}
fact: party
system: shop
key: [party]
columns:
  party: customer_no
  level: {type: text}
  city: {type: text}
  name: {personal: name}
  phone: {personal: phone}
  email: {personal: email}
"""

# hash() is the engine's own; nothing of it outlives a run.
MADE = """
    'O' || lpad(n::VARCHAR, 10, '0') AS order_no,
    'C' || lpad({customer}::VARCHAR, 8, '0') AS customer_no,
    TIMESTAMP '2023-06-01' + to_seconds((hash(n) % 94600000)::BIGINT) AS ordered_at,
    (((hash(n, 2) % 60000)::BIGINT + 100 + extra) / 100)::DECIMAL(12, 2) AS paid,
    CASE WHEN hash(n, 3) % 50 = 0 THEN 'returned' WHEN hash(n, 3) % 50 = 1 THEN 'cancelled' ELSE 'paid' END
        AS status,
    ['app', 'web', 'shop', 'phone'][(hash(n, 4) % 4)::INT + 1] AS channel,
    'S' || (hash(n, 5) % 200)::VARCHAR AS store,
    (hash(n, 6) % 9)::BIGINT + 1 AS items
"""
HELD = f"SELECT {MADE.format(customer=f'(n // {ORDERS_PER_CUSTOMER})')} FROM"
NEW = f"SELECT {MADE.format(customer='(hash(n, 1) % {customers})::BIGINT')} FROM"


class Shop:
    """The shop's plan folder and its sizes."""

    plan: ClassVar[dict[str, str]] = {
        "keepwell.toml": SETTINGS,
        "sources/orders.yml": ORDERS,
        "sources/members.yml": MEMBERS,
    }
    source = "orders"
    """The source whose facts the lake holds."""

    def __init__(self, folder: Path, scale: float) -> None:
        self.folder = folder
        self.facts_held = int(FACTS_HELD * scale) // ORDERS_PER_CUSTOMER * ORDERS_PER_CUSTOMER
        self.rows_new = int(ROWS_NEW * scale)
        self.persons = int(PERSONS * scale)
        self._sql = duckdb.connect()

    def write_plan(self) -> Deployment:
        """Write the plan and publish it."""
        for name, text in self.plan.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        (self.folder / "data").mkdir()
        opened = deployment(self.folder, {})
        with opened.store.write() as session:
            publish(session, read_folder(self.folder), author="bench", reason="bench", now=NOW)
        return opened

    def fill(self, place: Place) -> Manifest:
        """Make the lake hold its facts, bucket by bucket, as intake and compaction leave them."""
        contract = contract_of(place.plan, self.source)
        files: list[DataFile] = []
        customers: list[DataFile] = []
        for bucket in range(BUCKETS):
            file, parties = self._fill_bucket(place, contract, bucket)
            files.append(file)
            customers.append(parties)
        state = SourceState(
            definition=definition_of(place, contract), columns=contract.columns, files=tuple(files)
        )
        made = Manifest(sources={self.source: state}, customers=tuple(customers))
        return place.lake.publish(made, cause="made by the bench", now=NOW)

    def _fill_bucket(self, place: Place, contract: Contract, bucket: int) -> tuple[DataFile, DataFile]:
        engine, lake = place.lake.engine, place.lake
        # Like bucket_of: the party key's hash decides.
        in_bucket = f"""
            SELECT c * {ORDERS_PER_CUSTOMER} + i AS n, 0 AS extra
            FROM (SELECT range AS c FROM range({self.facts_held // ORDERS_PER_CUSTOMER}))
            CROSS JOIN (SELECT range AS i FROM range({ORDERS_PER_CUSTOMER}))
            WHERE ((md5_number('shop:C' || lpad(c::VARCHAR, 8, '0')) >> 65)::BIGINT % {BUCKETS}) = {bucket}
        """
        raw = self._sql.sql(f"SELECT *, row_number() OVER () AS __row__ FROM ({self.history(in_bucket)})")
        raw = raw.to_arrow_table()
        with engine.lend(raw) as lent:
            rows = typed_rows(lent, contract, as_of=place.as_of, rates=(), engine=engine)
            rows = with_hashes(rows).drop("__problems__", "__row__")
            staged = engine.stage(rows.mutate(recorded_at=rows.occurred_at).order_by("party_key"))
        [file] = lake.write(staged, f"facts/{self.source}", row_count=raw.num_rows)
        parties = staged.select("party_key").distinct()
        made = engine.stage(parties.mutate(customer_id=first_customer_id(parties.party_key)))
        [known] = lake.write(made, "customers", row_count=int(str(engine.value(made.count()))))
        engine.drop(staged.get_name(), made.get_name())
        return file.model_copy(update={"bucket": bucket}), known

    def history(self, numbers: str) -> str:
        """SQL of the facts held whose numbers ``n`` a query gives, in the columns of the source."""
        return f"""
            SELECT order_no AS order_id, customer_no AS party, ordered_at AS occurred_at, paid AS amount,
                   status, channel, store, items
            FROM ({HELD} ({numbers}))
        """

    def write_new_orders(self, kind: str) -> Path:
        """New orders: 1 in 100 known already (a fifth of those corrected), 1 in 1,000 bad."""
        path = self.folder / f"data/orders.{kind}"
        known, corrected = self.rows_new // 125, self.rows_new // 500
        step = self.facts_held // (known + corrected)
        customers = int(self.facts_held / ORDERS_PER_CUSTOMER * 1.05)
        fresh = self.rows_new - known - corrected
        rows = f"""
            {NEW.format(customers=customers)} (SELECT range + {self.facts_held} AS n, 0 AS extra FROM range({fresh}))
            UNION ALL
            {HELD} (SELECT range * {step} AS n, 0 AS extra FROM range({known}))
            UNION ALL
            {HELD} (SELECT range * {step} AS n, 500 AS extra FROM range({known}, {known + corrected}))
        """
        spoilt = "hash(order_no) % 1000 = 0"
        if kind == "csv":
            rows = f"""SELECT * REPLACE (
                strftime(ordered_at, '%Y-%m-%d %H:%M:%S') AS ordered_at,
                CASE WHEN {spoilt} THEN 'n.a.' ELSE paid::VARCHAR END AS paid
            ) FROM ({rows})"""
        else:
            rows = f"SELECT * REPLACE (CASE WHEN {spoilt} THEN NULL ELSE paid END AS paid) FROM ({rows})"
        self._sql.execute(f"COPY ({rows}) TO '{path}' (FORMAT {kind})")
        return path

    def write_members(self) -> Path:
        """One member card for each person, with name, phone and e-mail."""
        path = self.folder / "data/members.csv"
        self._sql.execute(f"""
            COPY (
                SELECT 'C' || lpad(range::VARCHAR, 8, '0') AS customer_no,
                       ['gold', 'silver', 'basic'][(hash(range) % 3)::INT + 1] AS level,
                       ['上海', '北京', '成都', '广州'][(hash(range, 1) % 4)::INT + 1] AS city,
                       ['王', '李', '张', '刘', '陈', '杨'][(hash(range, 2) % 6)::INT + 1]
                           || ['伟', '芳', '娜', '秀英', '敏', '静', '丽'][(hash(range, 3) % 7)::INT + 1] AS name,
                       '1' || (3800000000 + range)::VARCHAR AS phone,
                       'user' || range::VARCHAR || '@mail.cn' AS email
                FROM range({self.persons})
            ) TO '{path}' (FORMAT csv)
        """)
        return path


@contextmanager
def place_of(opened: Deployment) -> Iterator[Place]:
    """Where the shop's runs work."""
    with opened.place(now=NOW) as place:
        yield place
