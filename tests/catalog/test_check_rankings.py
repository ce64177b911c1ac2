"""Rankings, rhythms by a column and what classes are worth, written wrong: what a stranger reads."""

from __future__ import annotations

import pytest

from keepwell.catalog.graph import Edge, Node, as_tree, dependencies
from support.plans import good, problems

CLASSES = "field: x\ncases:\n- {value: a, when: orders_90d > 1}\n"
VISITS = "source: v\nfrom: {files: v.csv}\nfact: interaction\ncolumns: {occurred_at: at}\n"


def found(**texts: str) -> list[str]:
    return problems({f"{folder}/test.yml": text for folder, text in texts.items()}).splitlines()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            "ranking: x\nvalue: spend_36d\n",
            "2:8: x.value: there is no field `spend_36d` (did you mean `spend_365d`?)",
        ),
        (
            "ranking: x\nvalue: lifecycle_stage\n",
            "2:1: x.value: this is text, by which nobody is ranked (rank by a number, money, a day or a moment)",
        ),
        (
            "ranking: x\nvalue: orders_90d > 1\n",
            "2:1: x.value: this is flag, by which nobody is ranked (rank by a number, money, a day or a moment)",
        ),
        (
            "ranking: x\nvalue: orders_90d\namong: orders_365d\n",
            ("3:8: x.among: `orders_365d` is whole, a condition is needed here "
            "(compare it with something, or test it with `is missing`)"),
        ),
        (
            "ranking: x\nvalue: interactions_90d\namong: orders_90d > 1\n",
            ("1:1: x: it rests only on `interactions_90d`, for which no source gives facts "
            "(add a source; kinds of fact that are given: order)"),
        ),
        (
            "ranking: x\nvalue: orders_90d\n---\nfield: x\nvalue: orders_90d\n",
            "4:1: x: the name `x` is taken by a ranking (see fields/test.yml:1)",
        ),
        (
            "ranking: orders_90d\nvalue: spend_90d\n",
            ("1:1: orders_90d: Keepwell ships a measure of this name, and a ranking cannot take its place "
            "(choose another name)"),
        ),
        (
            ("ranking: a\nvalue: b + 1\n---\nfield: b\nvalue: orders_90d + c\n---\n"
            "ranking: c\nvalue: orders_90d\namong: a > 0.5\n"),
            "1:1: a: these fields use each other in a circle: a → b → c → a (one of them must do without the next)",
        ),
        (
            "ranking: a\nvalue: orders_90d\namong: a > 0.5\n",
            "1:1: a: these fields use each other in a circle: a → a (one of them must do without the next)",
        ),
        (
            "rhythm: x\nof: order\nby: chanel\n",
            "3:1: x.by: facts of kind `order` have no column `chanel` (did you mean `channel`?)",
        ),
        ("rhythm: x\nof: order\nby: amount\n",
         "3:1: x.by: `amount` is money; a rhythm goes by a text (name a text column, such as `category`)"),
        ("rhythm: x\nof: order\nby: phone\n", "3:1: x.by: `phone` is personal and never reaches the lake"),
        (
            "measure: x_due_on\nof: order\ncount: true\n---\nrhythm: x\nof: order\nby: channel\n",
            ("5:1: x: the measure `x_due_on` gives a field `x_due_on` already "
            "(choose another name; see fields/test.yml:1)"),
        ),
        (CLASSES + "worth: spend_36d\n", "4:1: x.worth: there is no field `spend_36d` (did you mean `spend_365d`?)"),
        (
            CLASSES + "worth: orders_90d\n",
            ("4:1: x.worth: `orders_90d` is whole; what is at stake is money "
            "(name a money field, or leave `worth` out)"),
        ),
    ],
)  # fmt: skip
def test_fields(fields: str, sentence: str) -> None:
    assert found(fields=fields) == [f"fields/test.yml:{sentence}"]


def test_a_broken_ranking_is_told_once() -> None:
    fields = "ranking: r\nvalue: orders_90d\nbst: lowest\n---\nfield: f\nvalue: r + 1\n"
    assert found(fields=fields) == ["fields/test.yml:3:1: r.bst: there is no such key (did you mean `best`?)"]


def test_one_that_is_switched_off_is_missed_by_what_uses_it() -> None:
    lines = found(fields="ranking: recency_rank\noff: true\n")
    assert len(lines) == 3  # the score, the types and the index of behaviour use it
    assert lines[0].startswith("fields/test.yml:2:1: recency_rank.off: the shipped field `")


def test_a_ranking_of_what_no_source_tells_sleeps_though_who_is_ranked_is_known() -> None:
    asleep = {definition.name for definition in good().asleep}
    assert {"interaction_rank", "category_rank"} <= asleep
    assert "interaction_rank" not in {definition.name for definition in good(sources=VISITS).asleep}


def test_a_ranking_is_a_share_of_its_own_name_in_the_graph() -> None:
    plan = good(
        library=False,
        fields="measure: n\nof: order\ncount: true\n---\nranking: r\nvalue: n\n---\nfield: f\nvalue: r * 2\n",
    )
    assert plan.unit("r") == "share"
    assert (plan.definition("r").kind, set(plan.depends_on("f"))) == ("ranking", {"r"})
    assert Edge(Node("measure", "n"), Node("ranking", "r")) in dependencies(plan)
    assert as_tree(plan).splitlines()[:3] == ["f (field)", "  r (ranking)", "    n (measure)"]
    assert plan.field_order == ("r", "f")


def test_a_plan_reduced_to_what_a_field_rests_on() -> None:
    plan = good()
    less = plan.only(["rfm_level"])
    assert set(less.measures) == {"orders_lifetime", "orders_365d", "spend_365d", "last_order_at"}
    assert set(less.rankings) == {"recency_rank", "frequency_rank", "monetary_rank"}
    assert (less.rhythms, less.customer_record()) == ({}, plan.customer_record())
    assert set(plan.only(["purchase_gap_days", "customer_id"]).rhythms) == {"purchase"}
