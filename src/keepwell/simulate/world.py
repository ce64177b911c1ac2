"""What surrounds the customers: regions, cities, stores, associates, products, a competitor, campaigns.

It follows from the seed and the period alone, never from how many customers there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from keepwell.simulate.names import person_names
from keepwell.simulate.parameters import Simulation
from keepwell.simulate.randomness import Topic, stream
from keepwell.simulate.types import Floats, Texts, Whole

CITIES = (
    ("华东", "上海", 9), ("华东", "杭州", 6), ("华东", "南京", 5), ("华东", "苏州", 5),
    ("华北", "北京", 9), ("华北", "天津", 4), ("华北", "青岛", 4), ("华北", "济南", 3),
    ("华南", "广州", 7), ("华南", "深圳", 8), ("华南", "厦门", 3), ("华南", "南宁", 2),
    ("华中", "武汉", 5), ("华中", "长沙", 4), ("华中", "郑州", 4), ("华中", "合肥", 3),
    ("西部", "成都", 6), ("西部", "重庆", 6), ("西部", "西安", 4), ("西部", "昆明", 2),
)  # fmt: skip
"""Region, city, and how many of the customers live there (in proportion)."""

STORES_PER_CITY = 3
STORES = len(CITIES) * STORES_PER_CITY
ASSOCIATES_PER_STORE = 5
PLACES = ("中心店", "万汇店", "新城店")

CATEGORIES = (
    ("粮油", 45, 0.78), ("生鲜", 28, 0.72), ("零食", 22, 0.62), ("饮料", 18, 0.64), ("乳品", 36, 0.70),
    ("酒水", 120, 0.66), ("个护", 42, 0.55), ("美妆", 110, 0.48), ("母婴", 98, 0.63), ("家居", 65, 0.58),
)  # fmt: skip
"""Category, median list price in 元, cost as a share of the list price."""

PRODUCTS_PER_CATEGORY = 30
PACKS = ("经典装", "家庭装", "礼盒装", "便携装", "量贩装", "尝鲜装")

UPLIFTS = (1.6, 1.3, 1.0, 2.0)
"""What a campaign multiplies the purchase rate by, one campaign after another; 1.0 has no effect at all."""

CAMPAIGN_FIRST_DAY, CAMPAIGN_EVERY_DAYS, CAMPAIGN_EFFECT_DAYS = 75, 91, 28
CAMPAIGN_CHANNELS = ("sms", "wecom")

COMPETITOR_SHARE = 0.6
"""Of cities that see a competitor open, somewhere in the middle half of the period."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A randomised campaign: its effect lasts from ``first_day`` for ``days`` days."""

    name: str
    first_day: int
    days: int
    channel: str
    uplift: float
    """Multiplies the purchase rate of a customer whose response is 1."""


@dataclass(frozen=True, slots=True)
class World:
    """Stores are numbered city by city, associates store by store, products category by category."""

    opening: Whole
    """For each city the day a competitor opens; -1 where none does."""
    associates: Texts
    """Names, ASSOCIATES_PER_STORE for each store."""
    prices: Whole
    """List price of each product, in fen."""
    costs: Floats
    """Cost of each product as a share of its list price."""
    products: Texts
    """Names."""
    campaigns: tuple[Campaign, ...]


def world_of(simulation: Simulation) -> World:
    """The world of a simulation."""
    random = stream(simulation.seed, Topic.WORLD)
    days = simulation.days
    opens = random.random(len(CITIES)) < COMPETITOR_SHARE
    opening = np.where(opens, random.integers(days // 4, 3 * days // 4, len(CITIES)), -1)
    medians = np.repeat([price for _, price, _ in CATEGORIES], PRODUCTS_PER_CATEGORY)
    # Whole 元 less one 角, as shops like their prices.
    whole = np.rint(medians * random.lognormal(0, 0.45, medians.size)).astype(np.int64)
    prices = np.maximum(whole, 2) * 100 - 10
    shares = np.repeat([share for _, _, share in CATEGORIES], PRODUCTS_PER_CATEGORY)
    costs = np.clip(shares + random.normal(0, 0.04, shares.size), 0.2, 0.95)
    names = [
        f"{category}{PACKS[number % len(PACKS)]}{number // len(PACKS) + 1}号"
        for category, _, _ in CATEGORIES
        for number in range(PRODUCTS_PER_CATEGORY)
    ]
    return World(
        opening=opening,
        associates=person_names(random, STORES * ASSOCIATES_PER_STORE)[0],
        prices=prices,
        costs=costs,
        products=np.array(names, dtype=object),
        campaigns=_campaigns(simulation),
    )


def _campaigns(simulation: Simulation) -> tuple[Campaign, ...]:
    starts = range(CAMPAIGN_FIRST_DAY, simulation.days - CAMPAIGN_EFFECT_DAYS, CAMPAIGN_EVERY_DAYS)
    scale = simulation.parameters.campaign_uplift
    return tuple(
        Campaign(
            name=f"K{number + 1:02}",
            first_day=start,
            days=CAMPAIGN_EFFECT_DAYS,
            channel=CAMPAIGN_CHANNELS[number % len(CAMPAIGN_CHANNELS)],
            uplift=1 + (UPLIFTS[number % len(UPLIFTS)] - 1) * scale,
        )
        for number, start in enumerate(starts)
    )


@cache
def store_codes() -> Texts:
    """Code of each store: ``S001`` and so on."""
    return np.array([f"S{number + 1:03}" for number in range(STORES)], dtype=object)


@cache
def associate_codes() -> Texts:
    """Code of each associate: ``A00101`` is the first of store ``S001``."""
    return np.array(
        [f"A{store + 1:03}{each + 1:02}" for store in range(STORES) for each in range(ASSOCIATES_PER_STORE)],
        dtype=object,
    )


@cache
def product_codes() -> Texts:
    """Code of each product: ``6-0301`` is the first of the third category."""
    return np.array(
        [
            f"6-{category + 1:02}{each + 1:02}"
            for category in range(len(CATEGORIES))
            for each in range(PRODUCTS_PER_CATEGORY)
        ],
        dtype=object,
    )


def reference_tables(world: World) -> dict[str, str]:
    """CSV of the tree (stores with region and city, associates with their store) and of the products."""
    stores = [
        f"{code},{city}{PLACES[number % STORES_PER_CITY]},{region},{city}"
        for number, code in enumerate(store_codes())
        for region, city, _ in [CITIES[number // STORES_PER_CITY]]
    ]
    associates = [
        f"{code},{name},{store_codes()[number // ASSOCIATES_PER_STORE]}"
        for number, (code, name) in enumerate(zip(associate_codes(), world.associates, strict=True))
    ]
    products = [
        f"{code},{name},{CATEGORIES[number // PRODUCTS_PER_CATEGORY][0]},{price / 100:.2f}"
        for number, (code, name, price) in enumerate(
            zip(product_codes(), world.products, world.prices.tolist(), strict=True)
        )
    ]
    return {
        "stores": "\n".join(["门店编码,门店名称,大区,城市", *stores, ""]),
        "associates": "\n".join(["导购编码,姓名,门店编码", *associates, ""]),
        "products": "\n".join(["商品编码,商品名称,品类,标价", *products, ""]),
    }
