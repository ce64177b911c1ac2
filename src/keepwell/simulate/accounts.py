"""Accounts: by which ids, phones and addresses each customer is known to the tills and to the online shop.

Nobody real is in them. Phones begin with 154, which no operator in mainland China has been given, so that none can be
called; e-mail addresses end in ``.internal``, a domain that ICANN keeps out of the public internet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from keepwell.simulate.parameters import BLOCK, Parameters
from keepwell.simulate.people import ONLINE_ONLY, STORE_ONLY, People
from keepwell.simulate.types import NEVER, NOTHING, Flags, Texts, Whole

POS, SHOP = range(2)
SYSTEMS = ("pos", "shop")

PHONE_PREFIX = "154"
MAIL_DOMAIN = "post.internal"
WITH_EMAIL, WITH_WECHAT = 0.3, 0.6
"""Shares of customers with an e-mail address, and of card holders who bound WeChat."""
SHOP_WITH_PHONE, SHOP_HEARS_OF_CHANGE = 0.9, 0.5
"""Shares of shop accounts that know the phone, and that learn when it changes."""
UNCHANGED_DAYS, SECOND_CARD_WITHIN_DAYS = 30, 300
"""Nothing changes so soon after the first purchase; a second card is taken out within so many days after that."""

ID_SPACE, PHONE_STEP, ID_STEP = 10**8, 61_803_399, 48_271_003
"""Serial numbers times a step without common factor, modulo the space, scatter and never meet."""

LETTERS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype="S1")
OPEN_ID_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Accounts:
    """A block's accounts: one row each, store cards first, then shop accounts, then second cards."""

    customer: Whole
    """Index of whose it is, in the block."""
    system: Whole
    """POS or SHOP."""
    party: Texts
    """The system's id for it."""
    opened: Whole
    """Day."""
    phone: Texts
    """At first; None where the system has none."""
    new_phone: Texts
    """From ``changed`` on."""
    changed: Whole
    """Day on which the system learns of it; NEVER where it never does."""
    openid: Texts
    """WeChat's id for this customer in this system's own app; None where WeChat is not bound."""
    unionid: Texts
    """WeChat's id for this customer in all apps of the retailer; None where WeChat is not bound."""
    email: Texts
    is_second: Flags
    is_shared: Flags
    """Whether another customer has this phone as well."""


@dataclass(frozen=True, slots=True)
class Wallet:
    """For each customer of a block the rows of their accounts; -1 where there is none."""

    card: Whole
    shop: Whole
    second: Whole
    second_from: Whole
    """The day from which on the second card is used as often as the first."""


def draw_accounts(
    random: np.random.Generator, shares: Parameters, who: People, first_day: Whole, last_day: int
) -> tuple[Accounts, Wallet]:
    """The accounts of a block, and who has which.

    They are opened on the ``first_day``, that of the first purchase, second cards later; none after ``last_day``.
    """
    second_day = (
        first_day + UNCHANGED_DAYS + np.floor(random.random(BLOCK) * SECOND_CARD_WITHIN_DAYS).astype(int)
    )
    with_second = random.random(BLOCK) < shares.second_card_share
    cards = _cards(random, shares, who, first_day, last_day)
    shop = _shop_accounts(random, cards, who)
    second = _second_cards(cards, who, second_day)
    # Everybody was given everything, so that no draw hangs on another; now what they do not have is left out.
    has_card, has_shop = who.places != ONLINE_ONLY, who.places != STORE_ONLY
    has_second = has_card & with_second & (second_day <= last_day)
    cards = replace(
        cards, **{name: _for(random, WITH_WECHAT, getattr(cards, name)) for name in ("openid", "unionid")}
    )
    kept = ((cards, has_card), (shop, has_shop), (second, has_second))
    columns = {
        name: np.concatenate([getattr(each, name)[has] for each, has in kept]) for name in Accounts.__slots__
    }
    return Accounts(**columns), Wallet(
        card=_rows(has_card, 0),
        shop=_rows(has_shop, has_card.sum()),
        second=_rows(has_second, has_card.sum() + has_shop.sum()),
        second_from=second_day,
    )


def _rows(has: Flags, before: int) -> Whole:
    return np.where(has, before + np.cumsum(has) - 1, -1)


def _cards(
    random: np.random.Generator, shares: Parameters, who: People, first_day: Whole, last_day: int
) -> Accounts:
    """A card for everybody, with WeChat bound. Of two neighbours the second may have the phone of the first."""
    shared = np.repeat(random.random(BLOCK // 2) < shares.phone_shared_share, 2)
    owner = np.where(shared, who.number - who.number % 2, who.number)
    room = np.maximum(last_day - first_day - 2 * UNCHANGED_DAYS, 1)
    changed = first_day + UNCHANGED_DAYS + np.floor(random.random(BLOCK) * room).astype(int)
    changes = (random.random(BLOCK) < shares.phone_changed_share) & (changed <= last_day)
    return Accounts(
        customer=np.arange(BLOCK),
        system=np.full(BLOCK, POS),
        party=_texts("M", 2 * who.number),
        opened=first_day,
        phone=_phones(2 * owner),
        new_phone=_phones(2 * who.number + 1),
        changed=np.where(changes, changed, NEVER),
        openid=_open_ids(random, "op"),
        unionid=_open_ids(random, "ou"),
        email=_for(random, WITH_EMAIL, _texts("m", who.number, "@" + MAIL_DOMAIN)),
        is_second=np.zeros(BLOCK, dtype=bool),
        is_shared=shared,
    )


def _shop_accounts(random: np.random.Generator, cards: Accounts, who: People) -> Accounts:
    """An account of the same person in the online shop, which may not know the phone, nor hear of a new one."""
    knows_phone = random.random(BLOCK) < SHOP_WITH_PHONE
    hears = random.random(BLOCK) < SHOP_HEARS_OF_CHANGE
    return replace(
        cards,
        system=np.full(BLOCK, SHOP),
        party=_texts("U", who.number),
        phone=np.where(knows_phone, cards.phone, NOTHING),
        changed=np.where(knows_phone & hears, cards.changed, NEVER),
        openid=_open_ids(random, "os"),
        is_shared=cards.is_shared & knows_phone,
    )


def _second_cards(cards: Accounts, who: People, opened: Whole) -> Accounts:
    """A card taken out anew, without the app, on the phone of that day."""
    nothing = np.full(BLOCK, NOTHING)
    is_new = cards.changed <= opened
    return replace(
        cards,
        party=_texts("M", 2 * who.number + 1),
        opened=opened,
        phone=np.where(is_new, cards.new_phone, cards.phone),
        changed=np.full(BLOCK, NEVER),
        openid=nothing,
        unionid=nothing,
        email=nothing,
        is_second=np.ones(BLOCK, dtype=bool),
        is_shared=cards.is_shared & ~is_new,
    )


def _for(random: np.random.Generator, share: float, values: Texts) -> Texts:
    """The values for a share of the customers, nothing for the others."""
    return np.where(random.random(BLOCK) < share, values, NOTHING)


def _phones(serials: Whole) -> Texts:
    return _padded(PHONE_PREFIX, serials * PHONE_STEP % ID_SPACE)


def _texts(start: str, serials: Whole, end: str = "") -> Texts:
    return _padded(start, serials * ID_STEP % ID_SPACE, end)


def _padded(start: str, numbers: Whole, end: str = "") -> Texts:
    return np.array([f"{start}{number:08}{end}" for number in numbers.tolist()], dtype=object)


def _open_ids(random: np.random.Generator, start: str) -> Texts:
    letters = LETTERS[random.integers(0, LETTERS.size, (BLOCK, OPEN_ID_LETTERS))]
    made: Texts = start + letters.view(f"S{OPEN_ID_LETTERS}").ravel().astype(str).astype(object)
    return made
