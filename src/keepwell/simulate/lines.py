"""What stands on a receipt: products, pieces, and an order's value split among its lines to the last fen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepwell.simulate.orders import Orders
from keepwell.simulate.people import SEGMENT_TASTES, People
from keepwell.simulate.types import Whole
from keepwell.simulate.world import CATEGORIES, PRODUCTS_PER_CATEGORY, World

MORE_LINES_MEAN, LINES_MAX = 1.3, 9
TWO_PIECES, THREE_PIECES = 0.18, 0.05


@dataclass(frozen=True, slots=True)
class Lines:
    """A block's order lines; ``order`` is the row of the order, ``number`` counts from 1 within it. Money in fen."""

    order: Whole
    number: Whole
    product: Whole
    quantity: Whole
    amount: Whole
    discount: Whole
    cost: Whole


def make_lines(random: np.random.Generator, world: World, who: People, orders: Orders) -> Lines:
    """Lines whose amounts add up to their order's value exactly.

    A line takes its part in proportion to list price × pieces, so what one piece costs varies about the list price
    as it does for goods sold by weight. The list amount follows from the discount, the cost from the list amount.
    """
    count = len(orders.value)
    lengths = np.minimum(1 + random.poisson(MORE_LINES_MEAN, count), LINES_MAX)
    order = np.repeat(np.arange(count), lengths)
    ends = np.cumsum(lengths)
    number = np.arange(order.size) - np.repeat(ends - lengths, lengths) + 1
    product = _products(random, who.segment[orders.customer[order]])
    luck = random.random(order.size)
    quantity = 1 + (luck < TWO_PIECES) + (luck < THREE_PIECES)
    amount = split(orders.value, lengths, world.prices[product] * quantity)
    off = orders.discount[order]
    discount = np.rint(amount * off / (1 - off)).astype(np.int64)
    cost = np.rint((amount + discount) * world.costs[product]).astype(np.int64)
    return Lines(order, number, product, quantity.astype(np.int64), amount, discount, cost)


def split(totals: Whole, lengths: Whole, weights: Whole) -> Whole:
    """Each total split into as many whole parts as its length, in proportion to the weights; parts add up exactly."""
    ends = np.cumsum(lengths)
    starts = ends - lengths
    gone = np.concatenate([[0], np.cumsum(weights)])
    before, whole = gone[starts], gone[ends] - gone[starts]
    share = (gone[1:] - np.repeat(before, lengths)) / np.repeat(whole, lengths)
    upto = np.floor(np.repeat(totals, lengths) * share).astype(np.int64)
    upto[ends - 1] = totals
    parts: Whole = np.diff(upto, prepend=0)
    parts[starts] = upto[starts]
    return parts


def _products(random: np.random.Generator, segment: Whole) -> Whole:
    """A product for each line: a category by the segment's taste, and in it some products more than others."""
    tastes = np.cumsum(np.array(SEGMENT_TASTES, dtype=float), axis=1)
    luck = random.random(segment.size) * tastes[segment, -1]
    category = np.minimum((tastes[segment] <= luck[:, None]).sum(axis=1), len(CATEGORIES) - 1)
    within = (PRODUCTS_PER_CATEGORY * random.random(segment.size) ** 1.5).astype(np.int64)
    product: Whole = category * PRODUCTS_PER_CATEGORY + within
    return product
