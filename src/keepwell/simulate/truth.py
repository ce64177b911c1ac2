"""The truth of a simulation, beside its plan: what later work is scored against. It is no part of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from keepwell.simulate.accounts import SYSTEMS
from keepwell.simulate.block import Block
from keepwell.simulate.campaigns import expected_extra
from keepwell.simulate.files import file_name, periods_at
from keepwell.simulate.oddities import Spoilt
from keepwell.simulate.parameters import Period
from keepwell.simulate.people import SEGMENTS
from keepwell.simulate.seasons import Seasons
from keepwell.simulate.types import NOTHING, Column, Whole
from keepwell.simulate.world import CITIES, World

Columns = Mapping[str, Any]
"""Name → array, each of the same length."""


def truth_of_block(
    block: Block, world: World, seasons: Seasons, spoilt: Sequence[Spoilt], per: Period
) -> dict[str, Columns]:
    """The tables that have rows of a block; each has a column ``customer``."""
    return {
        "customers": _customers(block, seasons),
        "parties": _parties(block, seasons),
        "orders": _orders(block, seasons),
        "touches": _touches(block, world),
        "bad_rows": _bad_rows(block, spoilt, seasons, per),
    }


def truth_of_world(world: World, seasons: Seasons) -> dict[str, Columns]:
    """The tables that are the same for any number of customers."""
    first_day = seasons.days[0]
    opens = np.flatnonzero(world.opening >= 0)
    cities = np.array([city for _, city, _ in CITIES], dtype=object)
    return {
        "campaigns": {
            "campaign": [each.name for each in world.campaigns],
            "first_day": [(first_day + each.first_day).astype(date) for each in world.campaigns],
            "days": [each.days for each in world.campaigns],
            "channel": [each.channel for each in world.campaigns],
            "uplift": [each.uplift for each in world.campaigns],
        },
        "openings": {"city": cities[opens], "opened_on": first_day + world.opening[opens]},
        "days": {
            "day": seasons.days,
            "seasonal_index": seasons.index,
            "discount": seasons.discount,
            "promotion": seasons.promotion,
        },
    }


def _customers(block: Block, seasons: Seasons) -> Columns:
    latent, clocks, bought = block.latent, block.clocks, block.purchases
    everyone = np.arange(len(latent.first_day))
    first = clocks.at(everyone, latent.first_day, latent.first_share)
    counts = np.bincount(bought.customer, minlength=len(everyone))
    last = np.cumsum(counts) - 1
    has_left = np.isfinite(bought.left)
    is_planted = latent.decline.cause != None  # noqa: E711 (element by element)
    onset = np.where(is_planted, latent.decline.onset, 0)
    return {
        "customer": latent.people.number,
        "segment": np.array(SEGMENTS, dtype=object)[latent.people.segment],
        "city": np.array([city for _, city, _ in CITIES], dtype=object)[latent.people.city],
        "first_on": seasons.days[latent.first_day],
        "purchase_rate": latent.buyers.rate,
        "dropout_probability": latent.buyers.dropout,
        "purchases": counts,
        "last_clock_days": bought.at[last] - first,
        "clock_days": clocks.total - first,
        "left_on": _masked(seasons.days[block.orders.day[last]], has_left),
        "is_there": ~has_left,
        "mean_spend": latent.mean_spend,
        "price_elasticity": latent.elasticity,
        "campaign_response": latent.response,
        "decline_cause": latent.decline.cause,
        "decline_onset": _masked(seasons.days[onset], is_planted),
        "was_there_at_onset": _masked(bought.left >= clocks.at(everyone, latent.decline.onset), is_planted),
    }


def _masked(values: np.ndarray[Any, Any], is_there: np.ndarray[Any, Any]) -> Column:
    found: Column = pa.array(values, mask=~is_there)
    return found


def _parties(block: Block, seasons: Seasons) -> Columns:
    held = block.accounts
    last_day = len(seasons.days) - 1
    changes = held.changed <= last_day
    return {
        "customer": block.latent.people.number[held.customer],
        "system": np.array(SYSTEMS, dtype=object)[held.system],
        "party": held.party,
        "opened_on": seasons.days[held.opened],
        "phone": held.phone,
        "new_phone": np.where(changes, held.new_phone, NOTHING),
        "phone_changed_on": _masked(seasons.days[np.where(changes, held.changed, 0)], changes),
        "unionid": held.unionid,
        "is_second_card": held.is_second,
        "is_phone_shared": held.is_shared,
    }


def _orders(block: Block, seasons: Seasons) -> Columns:
    orders = block.orders
    first_day = seasons.days[0].astype("datetime64[s]")
    party = np.append(block.accounts.party, NOTHING)[orders.account]
    return {
        "customer": block.latent.people.number[orders.customer],
        "order_id": orders.number,
        "system": np.where(orders.is_online, SYSTEMS[1], SYSTEMS[0]).astype(object),
        "party": party,
        "occurred_at": first_day + orders.at,
        "amount": orders.value,
        "status": orders.status,
    }


def _touches(block: Block, world: World) -> Columns:
    touches, latent = block.latent.touches, block.latent
    first = np.array([each.first_day for each in world.campaigns], dtype=np.int64)[touches.campaign]
    return {
        "customer": latent.people.number[touches.customer],
        "campaign": np.array([each.name for each in world.campaigns], dtype=object)[touches.campaign],
        "arm": np.where(touches.is_treated, "treated", "control").astype(object),
        "rate_multiplier": touches.multiplier,
        "was_there": block.purchases.left[touches.customer] >= block.clocks.at(touches.customer, first),
        "extra_purchases": expected_extra(world, touches, block.clocks, latent.buyers.rate),
    }


def _bad_rows(block: Block, spoilt: Sequence[Spoilt], seasons: Seasons, per: Period) -> Columns:
    at = np.array([each.at for each in spoilt], dtype=np.int64)
    periods = periods_at(seasons.days[0], at, per)
    customer: Whole = np.array([each.customer for each in spoilt], dtype=np.int64)
    return {
        "customer": block.latent.people.number[customer],
        "source": [each.source for each in spoilt],
        "file": [
            file_name(each.source, period, block.number) for each, period in zip(spoilt, periods, strict=True)
        ],
        "key": [each.key for each in spoilt],
        "column": [each.column for each in spoilt],
        "written": [each.written for each in spoilt],
        "right": [each.right for each in spoilt],
    }
