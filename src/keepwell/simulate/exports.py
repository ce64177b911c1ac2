"""What the business sees of a block, as its systems export it: one table of texts for each source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from keepwell.simulate import texts
from keepwell.simulate.accounts import POS, SHOP
from keepwell.simulate.block import Block
from keepwell.simulate.contacts import (
    COMPLAINT,
    COUPON_ISSUED,
    COUPON_USED,
    ENQUIRY,
    MESSAGE,
    OUTGOING,
    REVIEW,
)
from keepwell.simulate.orders import DAY_SECONDS
from keepwell.simulate.seasons import Seasons
from keepwell.simulate.types import NEVER, NOTHING, Column, Texts, Whole
from keepwell.simulate.world import (
    ASSOCIATES_PER_STORE,
    CATEGORIES,
    CITIES,
    PRODUCTS_PER_CATEGORY,
    World,
    associate_codes,
    product_codes,
    store_codes,
)

NOON = 12 * 3600
UPLOAD_SECONDS_MAX = 600
LATE_DAYS = (5, 40)
SPOKEN = {
    ENQUIRY: "咨询", COMPLAINT: "投诉", REVIEW: "评价", MESSAGE: "短信", COUPON_ISSUED: "发券", COUPON_USED: "用券",
}  # fmt: skip
"""Type of contact → what the service desk calls it."""


@dataclass(frozen=True, slots=True)
class Export:
    """Rows of one source, in order of ``at``: seconds after the first day's beginning at which they were exported."""

    columns: dict[str, Column]
    """Name in the file's header → texts."""
    at: Whole
    customer: Whole
    """Whose rows they are, in the block."""

    def only(self, rows: Whole) -> Export:
        """These rows, in this order."""
        taken = pa.array(rows, pa.int64())
        columns = {name: column.take(taken) for name, column in self.columns.items()}
        return Export(columns, self.at[rows], self.customer[rows])


@dataclass(frozen=True, slots=True)
class View:
    """What exports are made of: a block and the world around it."""

    block: Block
    world: World
    seasons: Seasons

    @property
    def first_day(self) -> date:
        """The first simulated day."""
        found: date = self.seasons.days[0].astype(object)
        return found

    @property
    def end(self) -> int:
        """Seconds after the first day's beginning at which all ends."""
        return len(self.seasons.days) * DAY_SECONDS

    def party(self, account: Whole) -> Texts:
        """Ids of these accounts; None for -1."""
        ids = np.append(self.block.accounts.party, NOTHING)
        found: Texts = ids[account]
        return found

    def moments(self, seconds: Whole) -> Column:
        """As files write them."""
        return texts.moments(self.first_day, seconds)


def exports(view: View, uploads: np.random.Generator, late_share: float) -> dict[str, Export]:
    """Every source's rows of the block; ``uploads`` draws when receipts reach the office."""
    return {
        "pos_members": _pos_members(view),
        "pos_lines": _pos_lines(view, uploads, late_share),
        "pos_contacts": _contacts(view, POS),
        "shop_users": _shop_users(view),
        "shop_orders": _shop_orders(view),
        "shop_lines": _shop_lines(view),
        "shop_contacts": _contacts(view, SHOP),
    }


def _sorted(columns: dict[str, Column], at: Whole, customer: Whole) -> Export:
    return Export(columns, at, customer).only(np.argsort(at, kind="stable"))


def _versions(view: View, system: int) -> tuple[Whole, Texts, Whole]:
    """Rows of accounts of a system, each as it was opened and again when its phone changed: row, phone, moment."""
    held = view.block.accounts
    mine = np.flatnonzero(held.system == system)
    changed = mine[held.changed[mine] < NEVER]
    row = np.concatenate([mine, changed])
    phone = np.concatenate([held.phone[mine], held.new_phone[changed]])
    at = np.concatenate([held.opened[mine] * DAY_SECONDS, held.changed[changed] * DAY_SECONDS + NOON])
    return row, phone, at


def _pos_members(view: View) -> Export:
    held, who = view.block.accounts, view.block.latent.people
    row, phone, at = _versions(view, POS)
    customer = held.customer[row]
    cities = np.array([city for _, city, _ in CITIES], dtype=object)
    columns = {
        "会员卡号": texts.texts(held.party[row]),
        "姓名": texts.texts(who.name[customer]),
        "性别": texts.texts(who.gender[customer]),
        "手机号": texts.texts(phone),
        "生日": texts.days(who.birthday[customer]),
        "城市": texts.texts(cities[who.city[customer]]),
        "开卡门店": texts.texts(store_codes()[who.home_store[customer]]),
        "开卡日期": texts.days(view.seasons.days[held.opened[row]]),
        "openid": texts.texts(held.openid[row]),
        "unionid": texts.texts(held.unionid[row]),
        "邮箱": texts.texts(held.email[row]),
        "更新时间": view.moments(at),
    }
    return _sorted(columns, at, customer)


def _shop_users(view: View) -> Export:
    held, who = view.block.accounts, view.block.latent.people
    row, phone, at = _versions(view, SHOP)
    customer = held.customer[row]
    columns = {
        "user_id": texts.texts(held.party[row]),
        "nickname": texts.texts(who.name[customer]),
        "mobile": texts.texts(phone),
        "email": texts.texts(held.email[row]),
        "openid": texts.texts(held.openid[row]),
        "unionid": texts.texts(held.unionid[row]),
        "registered_on": texts.days(view.seasons.days[held.opened[row]]),
        "updated_at": view.moments(at),
    }
    return _sorted(columns, at, customer)


def _pos_lines(view: View, uploads: np.random.Generator, late_share: float) -> Export:
    """Lines of receipts, and of the receipts of goods that came back, with everything below zero."""
    orders, lines = view.block.orders, view.block.lines
    uploaded = _upload_times(uploads, orders.at, late_share, view.end)
    back_uploaded = _upload_times(uploads, orders.returned_at, late_share, view.end)
    sold = np.flatnonzero(~orders.is_online[lines.order])
    back = sold[orders.returned_at[lines.order[sold]] >= 0]
    line, sign = np.concatenate([sold, back]), np.repeat([1, -1], [sold.size, back.size])
    order, product = lines.order[line], lines.product[line]
    is_back = sign < 0
    at = np.where(is_back, back_uploaded[order], uploaded[order])
    names = np.array([name for name, _, _ in CATEGORIES], dtype=object)
    associate = orders.associate[order]
    columns = {
        "小票号": texts.texts(np.where(is_back, "R", "") + orders.number[order]),
        "行号": texts.numbers(lines.number[line]),
        "会员卡号": texts.texts(view.party(orders.account[order])),
        "交易时间": view.moments(np.where(is_back, orders.returned_at[order], orders.at[order])),
        "上传时间": view.moments(at),
        "门店": texts.texts(store_codes()[associate // ASSOCIATES_PER_STORE]),
        "导购": texts.texts(associate_codes()[associate]),
        "商品编码": texts.texts(product_codes()[product]),
        "商品名称": texts.texts(view.world.products[product]),
        "品类": texts.texts(names[product // PRODUCTS_PER_CATEGORY]),
        "数量": texts.numbers(sign * lines.quantity[line]),
        "实收金额": texts.yuan(sign * lines.amount[line]),
        "优惠金额": texts.yuan(sign * lines.discount[line]),
        "成本": texts.yuan(sign * lines.cost[line]),
    }
    return _sorted(columns, at, orders.customer[order])


def _upload_times(random: np.random.Generator, at: Whole, late_share: float, end: int) -> Whole:
    """When receipts reach the office: within minutes, some days later, and none after the ``end``."""
    is_late = random.random(len(at)) < late_share
    days = random.integers(*LATE_DAYS, len(at)) * is_late
    uploaded: Whole = np.minimum(
        at + random.integers(1, UPLOAD_SECONDS_MAX, len(at)) + days * DAY_SECONDS, end - 1
    )
    return uploaded


def _shop_orders(view: View) -> Export:
    orders, lines = view.block.orders, view.block.lines
    mine = np.flatnonzero(orders.is_online)
    discount = np.bincount(lines.order, lines.discount, len(orders.at)).astype(np.int64)
    columns = {
        "order_no": texts.texts(orders.number[mine]),
        "user_id": texts.texts(view.party(orders.account[mine])),
        "paid_at": view.moments(orders.at[mine]),
        "amount": texts.yuan(orders.value[mine]),
        "discount": texts.yuan(discount[mine]),
        "status": texts.texts(orders.status[mine]),
        "promotion": texts.texts(view.seasons.promotion[orders.day[mine]]),
    }
    return _sorted(columns, orders.at[mine], orders.customer[mine])


def _shop_lines(view: View) -> Export:
    orders, lines = view.block.orders, view.block.lines
    line = np.flatnonzero(orders.is_online[lines.order])
    order, product = lines.order[line], lines.product[line]
    names = np.array([name for name, _, _ in CATEGORIES], dtype=object)
    columns = {
        "order_no": texts.texts(orders.number[order]),
        "line": texts.numbers(lines.number[line]),
        "user_id": texts.texts(view.party(orders.account[order])),
        "paid_at": texts.iso_moments(view.first_day, orders.at[order]),
        "sku": texts.texts(product_codes()[product]),
        "category": texts.texts(names[product // PRODUCTS_PER_CATEGORY]),
        "quantity": texts.numbers(lines.quantity[line]),
        "amount": texts.yuan(lines.amount[line]),
        "discount": texts.yuan(lines.discount[line]),
        "cost": texts.yuan(lines.cost[line]),
        "status": texts.texts(orders.status[order]),
    }
    return _sorted(columns, orders.at[order], orders.customer[order])


def _contacts(view: View, system: int) -> Export:
    """Contacts told to one system. The service desk of the stores writes Chinese, the shop codes."""
    contacts = view.block.contacts
    row = np.flatnonzero(view.block.accounts.system[contacts.account] == system)
    kind, campaign = contacts.type[row], contacts.campaign[row]
    names = np.append(np.array([each.name for each in view.world.campaigns], dtype=object), NOTHING)
    number = np.array([f"K{view.block.number:05}{each:07}" for each in row.tolist()], dtype=object)
    rating = np.where(contacts.rating[row] > 0, contacts.rating[row].astype(str).astype(object), NOTHING)
    shared = [
        texts.texts(number),
        texts.texts(view.party(contacts.account[row])),
        view.moments(contacts.at[row]),
    ]
    if system == POS:
        spoken = np.array([SPOKEN[each] for each in kind], dtype=object)
        columns = dict(zip(("单号", "会员卡号", "时间"), shared, strict=True)) | {
            "类型": texts.texts(spoken),
            "评分": texts.texts(rating),
            "活动": texts.texts(names[campaign]),
        }
    else:
        is_out = np.isin(kind, OUTGOING)
        columns = dict(zip(("contact_no", "user_id", "at"), shared, strict=True)) | {
            "type": texts.texts(kind),
            "direction": texts.texts(np.where(is_out, "out", "in").astype(object)),
            "rating": texts.texts(rating),
            "campaign": texts.texts(names[campaign]),
        }
    return _sorted(columns, contacts.at[row], contacts.customer[row])
