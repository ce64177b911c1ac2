"""Two years of made-up orders of sixty customers who do not exist, with a few bad rows as files have them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SEED = 2
DAYS = 730
HEADER = ("order_no", "customer_no", "ordered_at", "paid", "status", "channel", "items", "buyer")
CHANNELS = ("app", "shop", "web")
RETURNED_SHARE = 0.03
FIRST_NAMES = ("Iris", "Hazel", "Olive", "Basil", "Reed", "Fern", "Linden", "Clover")
LAST_NAMES = ("Meadow", "Brook", "Harbour", "Lantern", "Orchard", "Pebble", "Quill", "Thistle")


@dataclass(frozen=True, slots=True)
class Habit:
    """How some customers buy: how many they are, their usual gap, the first and last day they bought on."""

    customers: int
    gap_days: tuple[int, int]
    first_day: tuple[int, int]
    last_day: tuple[int, int]


HABITS = (
    Habit(22, gap_days=(7, 40), first_day=(0, 300), last_day=(DAYS, DAYS)),  # still there
    Habit(9, gap_days=(7, 25), first_day=(0, 300), last_day=(DAYS - 110, DAYS - 60)),  # about to leave
    Habit(9, gap_days=(15, 60), first_day=(0, 200), last_day=(DAYS - 350, DAYS - 190)),  # dormant
    Habit(6, gap_days=(15, 60), first_day=(0, 60), last_day=(DAYS - 520, DAYS - 400)),  # lost
    Habit(9, gap_days=(900, 900), first_day=(0, DAYS - 40), last_day=(DAYS, DAYS)),  # bought once
    Habit(5, gap_days=(8, 12), first_day=(DAYS - 28, DAYS - 5), last_day=(DAYS, DAYS)),  # new
)


def sample_orders(last_day: date) -> str:
    """A CSV file whose latest orders were on ``last_day``; the same for the same day."""
    source = random.Random(SEED)  # noqa: S311 (made-up data need no secure randomness)
    rows = sorted(_good_rows(source, last_day - timedelta(days=DAYS)), key=lambda row: (row[2], row[1]))
    numbered = [(f"A{number:05}", *row[1:]) for number, row in enumerate(rows, start=1)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([*numbered, *_bad_rows(numbered, last_day)])
    return text.getvalue()


def _good_rows(source: random.Random, start: date) -> Iterator[tuple[str, ...]]:
    number = 0
    for habit in HABITS:
        for _ in range(habit.customers):
            number += 1
            gap = source.randint(*habit.gap_days)
            day, last = source.randint(*habit.first_day), source.randint(*habit.last_day)
            typical = source.lognormvariate(5.0, 0.6)
            while day <= last:
                yield _row(source, number, start + timedelta(days=day), typical)
                day += max(1, round(source.gauss(gap, gap / 5)))


def _row(source: random.Random, customer: int, day: date, typical: float) -> tuple[str, ...]:
    time = f"{source.randint(9, 21):02}:{source.randint(0, 59):02}"
    paid = f"{typical * source.lognormvariate(0, 0.3):.2f}"
    status = "returned" if source.random() < RETURNED_SHARE else "paid"
    items = str(source.randint(1, 6))
    buyer = f"{FIRST_NAMES[customer % 8]} {LAST_NAMES[customer // 8]}"
    return ("", f"C{customer:03}", f"{day} {time}", paid, status, source.choice(CHANNELS), items, buyer)


def _bad_rows(numbered: list[tuple[str, ...]], last_day: date) -> Iterator[tuple[str, ...]]:
    """What files have: each of these goes to quarantine, but for the last, an anonymous purchase."""
    good = numbered[-1]
    yield ("B00001", *good[1:3], "n/a", *good[4:])
    yield ("B00002", good[1], f"{last_day.year}-02-30 10:00", *good[3:])
    yield ("B00003", good[1], f"{last_day + timedelta(days=400)} 10:00", *good[3:])
    yield ("", *good[1:])
    yield ("B00004", *good[1:3], "980000.00", *good[4:])
    yield ("B00005", "", *good[2:7], "")
