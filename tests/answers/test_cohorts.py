"""Cohorts of a small shop, every figure worked out by hand from the lists below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keepwell.access.model import Scope, Viewer
from keepwell.answers.among import Among
from keepwell.answers.ask import ask
from keepwell.answers.funnel import Funnel, Step, funnel
from keepwell.answers.matrix import Cell as MatrixCell
from keepwell.answers.matrix import matrix
from keepwell.answers.monthly import monthly
from keepwell.answers.newcomers import newcomers
from keepwell.answers.retention import Cohort, retention
from keepwell.answers.sight import Sight
from keepwell.answers.silence import silence
from keepwell.answers.trend import Point
from keepwell.cohorts.change import NotEnoughData
from keepwell.core.errors import ExpressionRefused, NotFound, Refused
from support.cohort_shop import Order, Visit, cohort_sight

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 6, 15, 12, tzinfo=SHANGHAI)

ORDERS: list[Order] = [
    # The last minute of a year and the first of the next: two months, 16:00 UTC lies between them.
    ("ann", "2024-12-31 23:59", "100", ""),
    ("ann", "2025-01-01 00:00", "100", ""),
    ("ann", "2025-03-10 09:00", "100", "paid"),
    ("ben", "2025-01-01 00:00", "50", ""),
    ("cat", "2025-01-20 09:00", "10", ""),
    ("cat", "2025-02-03 09:00", "20", ""),
    ("cat", "2025-02-28 09:00", "30", ""),
    ("cat", "2025-06-10 09:00", "40", ""),
    ("dan", "2025-02-01 09:00", "-50", ""),
    ("eve", "2025-01-05 09:00", "80", "cancelled"),
    ("eve", "2025-02-10 09:00", "80", ""),
    ("eve", "2025-03-01 09:00", "99", "returned"),
    ("eve", "2025-03-01 10:00", "-30", ""),
    ("fay", "2025-02-01 09:00", "60", ""),
    ("fay", "2025-05-31 23:59", "61", ""),
    ("gus", "2025-06-02 09:00", "70", ""),
    ("hal", "2024-12-05 09:00", "500", ""),
    ("hal", "2025-01-15 09:00", "15.01", ""),
    ("hal", "2025-02-15 09:00", "15.02", ""),
    # The 30th day after the first is the last day that is over.
    ("ivy", "2025-05-15 23:59", "90", ""),
    ("ivy", "2025-06-14 00:00", "90", ""),
]
VISITS: list[Visit] = [
    ("ann", "2025-01-05 10:00"),
    ("ben", "2025-01-01 00:00"),  # with the first order, not after it
    ("cat", "2025-01-19 10:00"),  # before the first order
    ("cat", "2025-02-10 10:00"),
    ("dan", "2025-02-02 10:00"),
    ("eve", "2025-02-12 10:00"),
    ("fay", "2025-02-01 10:00"),
    ("hal", "2025-01-10 10:00"),
    ("zoe", "2025-06-15 10:00"),
]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sight]:
    with cohort_sight(tmp_path_factory.mktemp("cohorts"), ORDERS, VISITS, NOW) as sight:
        yield sight


@pytest.fixture
def clerk() -> Viewer:
    """Sees everybody but cat."""
    return Viewer(2, "clerk", frozenset({"clerk"}), scope=Scope("orders_lifetime < 4"))


def shown(cohorts: tuple[Cohort, ...]) -> dict[str, str]:
    """Cohort → its size and cells, those that are not over with a mark."""
    return {
        f"{cohort.start:%Y-%m}": " ".join(
            f"{count}{'' if complete else '…'}"
            for count, complete in [
                (cohort.size, cohort.complete),
                *((cell.bought, cell.complete) for cell in cohort.cells),
            ]
        )
        for cohort in cohorts
    }


@pytest.mark.parametrize(
    ("by", "level", "expected"),
    [
        # Size, then the periods after it. eve begins in February: her January was cancelled, her March given back.
        (
            "month",
            "new",
            {
                "2024-12": "2 2 1 1 0 0 0…",
                "2025-01": "2 1 0 0 0 1…",
                "2025-02": "2 0 0 1 0…",
                "2025-05": "1 1…",
                "2025-06": "1…",
            },
        ),
        (
            "month",
            "returning",
            {
                "2025-01": "2 1 1 0 0 0…",
                "2025-02": "2 0 0 0 1…",
                "2025-03": "1 0 0 0…",
                "2025-05": "1 0…",
                "2025-06": "2…",
            },
        ),
        (
            "month",
            "all",
            {
                "2024-12": "2 2 1 1 0 0 0…",
                "2025-01": "4 2 1 0 0 1…",
                "2025-02": "4 0 0 1 1…",
                "2025-03": "1 0 0 0…",
                "2025-05": "2 1…",
                "2025-06": "3…",
            },
        ),
        (
            "month",
            "vip",
            {
                "2024-12": "2 2 1 1 0 0 0…",
                "2025-01": "3 2 1 0 0 1…",
                "2025-02": "2 0 0 0 1…",
                "2025-03": "1 0 0 0…",
                "2025-06": "1…",
            },
        ),
        ("quarter", "new", {"2024-10": "2 2 0…", "2025-01": "4 2…", "2025-04": "2…"}),
        ("quarter", "all", {"2024-10": "2 2 0…", "2025-01": "6 2…", "2025-04": "4…"}),
        ("year", "new", {"2024-01": "2 2…", "2025-01": "6…"}),
    ],
)
def test_cohorts(seen: Sight, owner: Viewer, by: str, level: str, expected: dict[str, str]) -> None:
    assert shown(retention(seen, owner, by=by, level=level).cohorts) == expected


def test_only_periods_that_are_over_are_looked_at_for_a_fall(seen: Sight, owner: Viewer) -> None:
    found = retention(seen, owner)
    points = [(date(2024, 12, 1), 2, 2), (date(2025, 1, 1), 1, 2), (date(2025, 2, 1), 0, 2)]
    assert found.trend.points == tuple(Point(*point) for point in points)
    assert found.trend.finding == NotEnoughData("periods", 3, 8)


def test_cohorts_among_some_and_by_a_scope(seen: Sight, owner: Viewer, clerk: Viewer) -> None:
    without_cat = {
        "2024-12": "2 2 1 1 0 0 0…",
        "2025-01": "1 0 0 0 0 0…",
        "2025-02": "2 0 0 1 0…",
        "2025-05": "1 1…",
        "2025-06": "1…",
    }
    assert shown(retention(seen, clerk).cohorts) == without_cat
    assert shown(retention(seen, owner, among=Among(where="orders_lifetime < 4")).cohorts) == without_cat
    only_cat = Among(segments=("vip",), where="orders_lifetime > 3")
    assert shown(retention(seen, owner, among=only_cat).cohorts) == {"2025-01": "1 1 0 0 0 1…"}
    assert retention(seen, clerk, among=only_cat).cohorts == ()


def test_years_back(seen: Sight, owner: Viewer) -> None:
    """The facts reach June 2025: a year back begins in June 2024, and no cohort is older than that here."""
    assert len(retention(seen, owner, among=Among(years=1)).cohorts) == 5


def test_new_customers_who_came_back(seen: Sight, owner: Viewer) -> None:
    months = {
        f"{month.start:%Y-%m}": (
            month.size,
            *((back.within, back.on, back.complete) for back in month.back.values()),
        )
        for month in newcomers(seen, owner).months
    }
    assert months == {
        "2024-12": (2, (1, 1, True), (1, 0, True), (1, 0, True)),  # ann on the next day
        "2025-01": (2, (0, 0, True), (0, 0, True), (1, 0, True)),  # cat on day 14
        "2025-02": (2, (0, 0, True), (0, 0, True), (0, 0, True)),
        "2025-05": (1, (0, 0, True), (0, 0, True), (1, 1, True)),  # ivy on day 30, which is just over
        "2025-06": (1, (0, 0, False), (0, 0, False), (0, 0, False)),
    }


def test_new_customers_who_were_in_touch(seen: Sight, owner: Viewer) -> None:
    months = {
        f"{month.start:%Y-%m}": [back.within for back in month.back.values()]
        for month in newcomers(seen, owner, any_contact=True).months
    }
    # eve came on day 2; fay on the day itself, which is no coming back; hal only on day 36.
    assert months == {
        "2024-12": [1, 1, 1],
        "2025-01": [0, 0, 1],
        "2025-02": [0, 1, 1],
        "2025-05": [0, 0, 1],
        "2025-06": [0, 0, 0],
    }


def test_the_funnel(seen: Sight, owner: Viewer) -> None:
    """Days to the visit: fay 0, eve 2, ann 5, cat 21, hal 36; from it to the next purchase 119, none, 64, 18, 5."""
    assert funnel(seen, owner) == Funnel(
        since=date(2022, 6, 1),
        bought=6,
        touched=Step(4, 3.5),
        bought_again=Step(2, 41.0),
        directly=1,  # hal, 41 days after his first
        too_recent=2,  # gus and ivy
    )


def test_limits_of_the_funnel_are_whole_days_and_leave_out_who_has_not_had_them(
    seen: Sight, owner: Viewer
) -> None:
    # 36 + 90 days before 14 June was 8 February: eve, of the 10th, has not had them.
    wider = funnel(seen, owner, touch_within=36)
    assert (wider.bought, wider.touched, wider.bought_again) == (5, Step(4, 13.0), Step(3, 18.0))
    assert (wider.directly, wider.too_recent) == (0, 3)
    narrow = funnel(seen, owner, touch_within=35, buy_within=17)
    assert (narrow.touched.customers, narrow.bought_again) == (4, Step(0, None))
    assert funnel(seen, owner, touch_within=35, buy_within=18).bought_again == Step(1, 18.0)


def test_the_funnel_by_a_scope(seen: Sight, clerk: Viewer) -> None:
    found = funnel(seen, clerk)
    assert (found.bought, found.touched, found.bought_again) == (5, Step(3, 2.0), Step(1, 64.0))


def test_silence_at_the_end_of_each_month(seen: Sight, owner: Viewer) -> None:
    """Days: ben 30 on 31 January; eve 30 on 31 March and 60 on 30 April, her return was the last we heard."""
    found = silence(seen, owner)
    assert {f"{month.start:%Y-%m}": month.stages for month in found.months} == {
        "2024-12": (2, 0, 0, 0, 0),
        "2025-01": (3, 1, 0, 0, 0),
        "2025-02": (4, 2, 0, 0, 0),
        "2025-03": (1, 4, 1, 0, 0),
        "2025-04": (0, 1, 5, 0, 0),
        "2025-05": (2, 0, 5, 0, 0),
    }
    assert (found.months[4].silent, found.months[4].known) == (6, 6)
    points = [("2025-01", 2, 2), ("2025-02", 2, 4), ("2025-03", 1, 4), ("2025-04", 0, 2)]
    assert [(f"{point.start:%Y-%m}", point.kept, point.of) for point in found.trend.points] == points


def test_silence_with_other_limits_and_by_a_scope(seen: Sight, owner: Viewer, clerk: Viewer) -> None:
    assert silence(seen, owner, limits=(16, 17, 100, 150)).months[-1].stages == (1, 1, 3, 1, 1)
    assert silence(seen, clerk).months[-1].stages == (2, 0, 4, 0, 0)
    for limits in [(30, 60, 180), (30, 60, 60, 365), (0, 60, 180, 365)]:
        with pytest.raises(Refused, match="four limits"):
            silence(seen, owner, limits=limits)


@pytest.mark.parametrize("month", ["2025-01-31", "2025-03-31", "2025-04-30"])
def test_silence_is_what_the_lifecycle_says_at_the_end_of_that_month(
    month: str, owner: Viewer, tmp_path: Path
) -> None:
    end = datetime.fromisoformat(f"{month} 23:59:59.999999").replace(tzinfo=SHANGHAI)
    known = [row for row in ORDERS if row[1][:10] <= month]
    visits = [row for row in VISITS if row[1][:10] <= month]
    on_that_day = [*visits, ("zoe", f"{month} 09:00")]
    with cohort_sight(tmp_path, known, on_that_day, end) as sight:
        limits = [
            ("silent_days < 30", 0),
            ("silent_days >= 30 and silent_days < 60", 1),
            ("silent_days >= 60", 2),
        ]
        stages = silence(sight, owner).months[-1].stages
        for condition, place in limits:
            assert ask(sight, owner, f"orders_lifetime > 0 and {condition}").count == stages[place]


def test_the_matrix_by_quartiles(seen: Sight, owner: Viewer) -> None:
    """Baskets since January, in order: hal 15.01, cat 25, ben 50, fay 60.50, gus 70, eve 80, ivy 90, ann 100."""
    found = matrix(seen, owner, months=6)
    assert (found.since, found.customers, found.baskets_to) == (date(2025, 1, 1), 8, (2500, 6050, 8000))
    none = MatrixCell(0, 0)
    assert found.rows == (
        (none, MatrixCell(1, 5000), MatrixCell(2, 7000 + 8000 - 3000), none),
        (MatrixCell(1, 3003), MatrixCell(1, 12100), none, MatrixCell(2, 18000 + 20000)),
        (none, none, none, none),
        (MatrixCell(1, 10000), none, none, none),
        (none, none, none, none),
    )


def test_the_matrix_with_limits_a_scope_and_nobody(seen: Sight, owner: Viewer, clerk: Viewer) -> None:
    found = matrix(seen, owner, months=6, baskets_to=[5000, 9000])
    assert [[cell.customers for cell in row] for row in found.rows[:2]] == [[1, 2, 0], [1, 2, 1]]
    assert [cell.customers for cell in found.rows[3]] == [1, 0, 0]
    assert matrix(seen, clerk, months=6).customers == 7
    nobody = matrix(seen, owner, months=1, among=Among(where="orders_lifetime = 0"))
    assert (nobody.customers, nobody.baskets_to, len(nobody.rows[0])) == (0, (), 1)
    for limits in ([100, 100], [200, 100]):
        with pytest.raises(Refused, match="limits of baskets rise"):
            matrix(seen, owner, baskets_to=limits)


def test_what_cannot_be_asked_is_refused_with_a_sentence(seen: Sight, owner: Viewer) -> None:
    with pytest.raises(NotFound, match=r"no cohorts by `weak`.*month, quarter, year"):
        retention(seen, owner, by="weak")
    with pytest.raises(NotFound, match=r"no level `return`.*returning"):
        retention(seen, owner, level="return")
    with pytest.raises(NotFound, match=r"no segment `vips`.*vip"):
        newcomers(seen, owner, among=Among(segments=("vips",)))
    with pytest.raises(ExpressionRefused, match="no_such"):
        funnel(seen, owner, among=Among(where="no_such > 1"))


def test_where_nobody_bought_there_are_no_cohorts(owner: Viewer, tmp_path: Path) -> None:
    orders = [row for row in ORDERS if row[0] == "dan"]
    with cohort_sight(tmp_path, orders, VISITS, NOW) as sight:
        for question in (retention, newcomers, silence, funnel, matrix):
            with pytest.raises(NotFound, match="nobody has bought yet"):
                question(sight, owner)


def test_the_business_month_by_month(seen: Sight, owner: Viewer, clerk: Viewer) -> None:
    """Buyers, the new among them, orders, sales in minor units; those kept of the buyers of the month before."""
    told = {
        f"{each.start:%Y-%m}{'' if each.complete else '…'}": (
            (each.buyers, each.new, each.orders, each.sales_minor),
            (each.kept, each.of),
        )
        for each in monthly(seen, owner)
    }
    assert told == {
        "2024-12": ((2, 2, 2, 600_00), (0, 0)),
        "2025-01": ((4, 2, 4, 175_01), (2, 2)),
        "2025-02": ((4, 2, 5, 205_02), (2, 4)),  # eve was cancelled in January, dan only gave back
        "2025-03": ((1, 0, 1, 100_00), (0, 4)),
        "2025-04": ((0, 0, 0, 0), (0, 1)),
        "2025-05": ((2, 1, 2, 151_00), (0, 0)),
        "2025-06…": ((3, 1, 3, 200_00), (1, 2)),
    }
    [january] = [each for each in monthly(seen, clerk) if each.start == date(2025, 1, 1)]
    assert (january.buyers, january.average_minor, january.kept_share) == (3, 165_01 // 3, 1.0)
    assert [each.start for each in monthly(seen, owner, months=2)] == [date(2025, 5, 1), date(2025, 6, 1)]
