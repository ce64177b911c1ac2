"""retention, newcomers, silence, funnel, matrix on a shop: the finding first, then the table, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.cohort_shop import write_cohort_shop
from support.command import keepwell


@pytest.fixture(scope="module")
def trading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop to which half as many came back from September 2024 on, asked on 28 February 2025."""
    plan = tmp_path_factory.mktemp("trading") / "plan"
    orders = [
        (
            f"c{month}-{customer}",
            f"{2024 + (month + later) // 12}-{(month + later) % 12 + 1:02}-05 10:00",
            "10",
            "",
        )
        for month in range(14)
        for customer in range(100)
        for later in ([0, 1] if customer < (30 if month < 8 else 15) and month < 13 else [0])
    ]
    orders.append(("last", "2025-02-28 20:00", "99", ""))
    visits = [(f"c{month}-0", f"2024-{month + 1:02}-07 10:00") for month in range(6)]
    write_cohort_shop(plan, orders, visits)
    assert keepwell("push", plan=plan).code == 0
    assert keepwell("run", "--as-of", "2025-02-28", plan=plan).code == 0
    return plan


def test_retention_says_where_it_fell_and_shows_the_cohorts(trading: Path) -> None:
    said = keepwell("retention", plan=trading)
    assert said.code == 0, said
    title, caveat, heading, *rows, legend = said.out.splitlines()
    assert title.startswith(
        "Next-month repurchase of new customers fell from 2024-09 on (beginning between 2024-09 and 2024-09): "
        "from 30% to 15%, that is -50% ("
    )
    assert caveat == "With less than two years of data a season may look like a fall"
    assert heading.split()[:4] == ["cohort", "customers", "+1", "+2"]
    assert rows[0].split()[:4] == ["2024-01", "100", "█30%", "0%"]
    assert rows[8].split()[:3] == ["2024-09", "100", "▒15%"]
    assert rows[13].split() == ["2025-02", "101"]
    assert "…: not over yet" in legend


def test_what_is_not_over_is_marked(trading: Path) -> None:
    """2024 is over, its quarters too; the first quarter of 2025 and the year 2025 are not."""
    by_quarter = keepwell("retention", "--by", "quarter", plan=trading).out
    assert re.search(r"^2024 Q4 +300 +5%… *$", by_quarter, re.MULTILINE)
    assert re.search(r"^2025 Q1 +201… *$", by_quarter, re.MULTILINE)
    assert "not enough data to look for a fall: 3 periods are over, 8 are needed" in by_quarter
    by_year = keepwell(
        "retention", "--by", "year", "--level", "all", "--where", "orders_lifetime > 0", plan=trading
    )
    assert re.search(r"^2024 +1,200 +1%… *$", by_year.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (["newcomers"], ["Back within 30 d", "2024-01", "2025-02", "0%…"]),
        (["newcomers", "--contacts"], ["1%"]),
        (["silence"], ["heard from again", "fell from 2024-10 on", "2025-02", "at risk"]),
        (["silence", "--limits", "10,20,30,40"], ["lost"]),
        (["funnel"], ["bought again within 90 days", "median days", "28.5"]),
        (["funnel", "--interact-within", "1"], ["interacted within 1 days", "0%"]),
        (["matrix"], ["1,231 customers who bought since 2024-03", "CN¥10.00", "4–6", "7+"]),
        (
            ["matrix", "--baskets", "20,50"],
            ["≤ CN¥20.00", "CN¥20.00 – CN¥50.00", "> CN¥50.00", "1 · CN¥99.00"],
        ),
        (["retention", "--segment", "vip"], ["not enough data"]),
        (["retention", "--columns", "1"], ["+1"]),
    ],
    ids=" ".join,
)
def test_the_others(words: list[str], texts: list[str], trading: Path) -> None:
    said = keepwell(*words, plan=trading)
    assert said.code == 0, said
    for text in texts:
        assert text in said.out, said.out


@pytest.mark.parametrize(
    ("command", "title"),
    [
        ("retention", "新客的次月复购率自2024-09起下降（始于2024-09至2024-09之间）：由30%降至15%，变化-50%"),
        ("newcomers", "30日内回来：13个周期内未发现"),
        ("silence", "次月仍有互动的客户比例自2024-10起下降"),
        ("funnel", "自2022-02起首次购买的1,000位客户"),
        ("matrix", "自2024-03起购买过的1,231位客户"),
    ],
)
def test_titles_in_chinese(command: str, title: str, trading: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_LANGUAGE", "zh")
    assert title in keepwell(command, plan=trading).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["retention", "--by", "week"], "there are no cohorts by `week`"),
        (["retention", "--level", "vipp"], "did you mean `vip`?"),
        (["retention", "--where", "orders_90d >"], "✗"),
        (["retention", "--where", "order_90d > 1"], "orders_90d"),
        (["newcomers", "--segment", "nobody"], "the plan has no segment `nobody`"),
        (["silence", "--limits", "1,2"], "silence has four limits"),
        (["silence", "--limits", "a,b"], "`a,b` is no list of whole numbers"),
        (["matrix", "--baskets", "5,3"], "limits of baskets rise"),
    ],
    ids=" ".join,
)
def test_bad_questions_get_a_sentence(words: list[str], sentence: str, trading: Path) -> None:
    said = keepwell(*words, plan=trading)
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err


def test_without_interactions_the_funnel_says_so(tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    write_cohort_shop(
        plan, [("ann", "2024-01-05 10:00", "10", ""), ("ann", "2024-01-09 10:00", "10", "")], []
    )
    assert keepwell("push", plan=plan).code == keepwell("run", plan=plan).code == 0
    said = keepwell("funnel", plan=plan)
    assert "no source of the plan gives interactions" in said.out
    assert keepwell("retention", plan=plan).code == 0


def test_before_the_first_run_it_says_what_to_do(tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    write_cohort_shop(plan, [("ann", "2024-01-05 10:00", "10", "")], [])
    assert keepwell("push", plan=plan).code == 0
    assert "run `keepwell run` first" in keepwell("retention", plan=plan).err


def test_a_snapshot_of_an_older_keepwell_is_made_anew(tmp_path: Path) -> None:
    """Older ones had two tables and did not say so."""
    plan = tmp_path / "plan"
    write_cohort_shop(plan, [("ann", "2024-01-05 10:00", "10", "")], [])
    assert keepwell("push", plan=plan).code == keepwell("run", plan=plan).code == 0
    pointer = plan / ".keepwell/snapshots/CURRENT.json"
    told = re.sub(r',\s*"tables": \[[^]]*\]', "", pointer.read_text("utf-8"))
    pointer.write_text(told, "utf-8")
    said = keepwell("retention", plan=plan)
    assert (said.code, "an older Keepwell made it" in said.err) == (1, True)
    assert "1 customers" in keepwell("run", plan=plan).out
    assert keepwell("retention", plan=plan).code == 0
