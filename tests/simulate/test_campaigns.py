"""The effect of a campaign is found again by comparing the treated with the control; the answer to prices too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from keepwell.simulate.campaigns import expected_extra
from keepwell.simulate.contacts import COUPON_ISSUED, COUPON_USED, MESSAGE
from keepwell.simulate.orders import DAY_SECONDS
from support.simulations import PLAIN, Made, made

MEAN_RESPONSE = 0.25 * 0.0 + 0.45 * 1.0 + 0.20 * 1.6 + 0.10 * -0.4


@pytest.fixture(scope="module")
def shop() -> Made:
    """A flat shop with strong campaigns."""
    return made(8, replace(PLAIN, campaign_uplift=2))


def purchases_in(shop: Made, campaign: int) -> dict[bool, tuple[int, float]]:
    """For treated and control: purchases while the effect lasts, and clock days promised without it, by rate."""
    found: dict[bool, tuple[int, float]] = {}
    each = shop.world.campaigns[campaign]
    for treated in (True, False):
        count, promised = 0, 0.0
        for block in shop.blocks:
            touches = block.latent.touches
            chosen = touches.customer[(touches.campaign == campaign) & (touches.is_treated == treated)]
            day = block.orders.day
            inside = (day >= each.first_day) & (day < each.first_day + each.days)
            count += int(np.isin(block.orders.customer[inside], chosen).sum())
            there = block.purchases.left[chosen] >= block.clocks.at(
                chosen, np.full(chosen.size, each.first_day)
            )
            promised += float(block.latent.buyers.rate[chosen][there].sum() * each.days)
        found[treated] = (count, promised)
    return found


@pytest.mark.parametrize("campaign", [0, 1, 2, 3])
def test_the_effect_is_found_again(campaign: int, shop: Made) -> None:
    """Ratio of purchases per promised purchase; the third campaign has no effect at all."""
    uplift = shop.world.campaigns[campaign].uplift
    assert uplift == pytest.approx((2.2, 1.6, 1.0, 3.0)[campaign])
    found = purchases_in(shop, campaign)
    (treated, treated_base), (control, control_base) = found[True], found[False]
    assert control > 80  # the first campaigns come when there are few customers yet
    ratio = (treated / treated_base) / (control / control_base)
    expected = 1 + (uplift - 1) * MEAN_RESPONSE
    # Customers leave after purchases, the treated a little sooner for it; rates are not the same in both arms.
    error = ratio * np.sqrt(1 / treated + 1 / control)
    assert abs(ratio - expected) < 4 * error
    if uplift > 1.5:
        assert ratio > 1 + 2 * error


def test_the_true_effect_is_what_the_treated_bought_more(shop: Made) -> None:
    for block in shop.blocks:
        extra = expected_extra(shop.world, block.latent.touches, block.clocks, block.latent.buyers.rate)
        touches = block.latent.touches
        assert (extra[~touches.is_treated] == 0).all()
        rate = block.latent.buyers.rate[touches.customer]
        # A flat year: 28 days at the rate times what the multiplier adds.
        expected = np.where(touches.is_treated, rate * 28 * (touches.multiplier - 1), 0)
        assert extra == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_arms_are_halves_by_chance(shop: Made) -> None:
    treated = shop.each("latent", "touches", "is_treated")
    assert treated.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(treated)))


def test_only_the_treated_hear_of_it_and_use_coupons(shop: Made) -> None:
    for block in shop.blocks:
        touches, contacts = block.latent.touches, block.contacts
        arms = {
            treated: set(
                zip(
                    touches.customer[touches.is_treated == treated],
                    touches.campaign[touches.is_treated == treated],
                    strict=True,
                )
            )
            for treated in (True, False)
        }
        for kind in (MESSAGE, COUPON_ISSUED, COUPON_USED):
            mine = contacts.type == kind
            told = set(zip(contacts.customer[mine], contacts.campaign[mine], strict=True))
            assert told <= arms[True]
            assert not told & arms[False]
            if kind == MESSAGE:
                assert told == arms[True]
        used = contacts.type == COUPON_USED
        first = np.array([each.first_day for each in shop.world.campaigns])[contacts.campaign[used]]
        assert ((contacts.at[used] // DAY_SECONDS - first) < 28).all()
        assert ((contacts.at[used] // DAY_SECONDS - first) >= 0).all()


def test_prices_move_those_who_answer_to_them() -> None:
    """On 11.11's four days a quarter is off: with elasticity e they buy 0.75 ** -e times as often."""
    shop = made(6, replace(PLAIN, price_share=0.5))
    sale = shop.seasons.promotion == "11.11"
    calm = np.zeros(sale.size, dtype=bool)
    start = (date(2025, 11, 9) - shop.simulation.first_day).days
    calm[start - 28 : start] = True
    assert sale.sum() == 8
    elasticity = shop.each("latent", "elasticity")
    assert (elasticity == 0).mean() == pytest.approx(0.5, abs=0.02)
    factor = 0.0
    weight = 0.0
    observed = np.zeros((2, 2))
    for block in shop.blocks:
        rate, answers = block.latent.buyers.rate, block.latent.elasticity
        moved = answers > 0
        factor += float((rate[moved] * 0.75 ** -answers[moved]).sum())
        weight += float(rate[moved].sum())
        day = block.orders.day
        # Leave first purchases out: they come by the season alone.
        repeat = np.diff(block.orders.customer, prepend=-1) == 0
        near = (np.abs(day - start) < 60) & repeat
        for row, group in enumerate((moved, ~moved)):
            mine = near & group[block.orders.customer]
            observed[row] += [(mine & sale[day]).sum() / 4, (mine & calm[day]).sum() / 28]
    counts = observed * [4, 28]
    ratio = observed[:, 0] / observed[:, 1]
    error = ratio * np.sqrt((1 / counts).sum(axis=1))
    assert abs(ratio[0] - factor / weight) < 4 * error[0]
    assert abs(ratio[1] - 1) < 4 * error[1]
