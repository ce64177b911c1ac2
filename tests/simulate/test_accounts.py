"""Accounts name nobody real, pass Keepwell's own rules, and meet only where the truth says so."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import phonenumbers
import pytest

from keepwell.personal import Email, Name, Phone, email, person_name, phone
from keepwell.simulate.accounts import POS, SHOP
from keepwell.simulate.parameters import BLOCK, CUSTOMERS_MAX, Parameters
from keepwell.simulate.people import BOTH, ONLINE_ONLY, STORE_ONLY
from keepwell.simulate.types import NEVER
from support.simulations import Made, made


@pytest.fixture(scope="module")
def shop() -> Made:
    """Two blocks with many shared and changed phones."""
    return made(2, Parameters(phone_shared_share=0.2, phone_changed_share=0.3, second_card_share=0.2))


def test_phones_look_real_and_can_belong_to_nobody(shop: Made) -> None:
    for name in ("phone", "new_phone"):
        for text in filter(None, shop.each("accounts", name)[:500]):
            found = phone(text)
            assert isinstance(found, Phone)
            assert (found.kind, found.identifies) == ("mobile", True)
            assert not phonenumbers.is_valid_number(phonenumbers.parse(text, "CN")), "an operator may give it"


def test_addresses_lead_nowhere_and_names_are_names(shop: Made) -> None:
    addresses = [text for text in shop.each("accounts", "email") if text is not None]
    assert 0.2 < len(addresses) / len(shop.each("accounts", "email")) < 0.4
    for text in addresses[:300]:
        assert isinstance(email(text), Email)
        assert text.endswith(".internal")
    for text in shop.each("latent", "people", "name")[:300]:
        assert isinstance(person_name(text), Name)


def test_ids_never_meet(shop: Made) -> None:
    parties = Counter(zip(shop.each("accounts", "system"), shop.each("accounts", "party"), strict=True))
    assert max(parties.values()) == 1
    assert 3 * CUSTOMERS_MAX < 10**8, "serial numbers of phones and cards fit their space"
    openids = [text for text in shop.each("accounts", "openid") if text is not None]
    assert len(set(openids)) == len(openids)


def test_a_phone_is_that_of_two_people_only_where_it_is_shared(shop: Made) -> None:
    owners: dict[str, set[int]] = defaultdict(set)
    shared: dict[str, set[bool]] = defaultdict(set)
    for block in shop.blocks:
        held, number = block.accounts, block.latent.people.number
        for row in range(len(held.party)):
            if held.phone[row] is not None:
                owners[held.phone[row]].add(number[held.customer[row]])
                shared[held.phone[row]].add(bool(held.is_shared[row]))
            if held.changed[row] < NEVER:
                owners[held.new_phone[row]].add(number[held.customer[row]])
    assert all(len(people) <= 2 for people in owners.values())
    assert all(shared[text] == {True} for text, people in owners.items() if len(people) == 2)
    assert sum(len(people) == 2 for people in owners.values()) > 200


def test_one_person_has_the_accounts_of_the_places_they_buy_at(shop: Made) -> None:
    [block, _] = shop.blocks
    held, places = block.accounts, block.latent.people.places
    systems = [set(held.system[held.customer == who]) for who in range(300)]
    expected = {STORE_ONLY: {POS}, ONLINE_ONLY: {SHOP}, BOTH: {POS, SHOP}}
    assert systems == [expected[place] for place in places[:300]]
    firsts = np.flatnonzero(~held.is_second)
    assert (held.opened[firsts] == block.latent.first_day[held.customer[firsts]]).all()
    second = np.flatnonzero(held.is_second)
    assert len(second) > 100
    assert (held.opened[second] >= block.latent.first_day[held.customer[second]] + 30).all()


def test_wechat_ids_tell_the_same_person_in_both_systems(shop: Made) -> None:
    [block, _] = shop.blocks
    held = block.accounts
    by_union: dict[str, set[int]] = defaultdict(set)
    for row in np.flatnonzero(held.unionid != None):  # noqa: E711 (element by element)
        by_union[held.unionid[row]].add(int(held.customer[row]))
    assert all(len(people) == 1 for people in by_union.values())
    assert len(by_union) > BLOCK / 2


def test_orders_are_told_to_an_account_of_their_own_person_that_is_open(shop: Made) -> None:
    for block in shop.blocks:
        orders, held = block.orders, block.accounts
        known = np.flatnonzero(orders.account >= 0)
        account = orders.account[known]
        assert (held.customer[account] == orders.customer[known]).all()
        assert (held.opened[account] <= orders.day[known]).all()
        assert ((held.system[account] == SHOP) == orders.is_online[known]).all()
        anonymous = orders.account < 0
        assert not orders.is_online[anonymous].any()
        assert anonymous.sum() / (~orders.is_online).sum() == pytest.approx(0.08, abs=0.01)
        used = set(account[held.is_second[account]])
        assert len(used) > 50
