"""Charts as they are drawn: texts that do not lie upon each other, can be read, and the reader's own way to write."""

from __future__ import annotations

from typing import Any

import pytest

from keepwell.web.charts import PERCENT, Change, Line, Option, as_text, columns, lines, money, stacked
from support.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

MONTHS = [
    f"{month} {year}" for year in (2024, 2025, 2026) for month in ("Jan", "Apr", "Jul", "Sep", "Nov", "Dec")
]
FALLING = [30.0 if at < 12 else 18.5 for at in range(len(MONTHS))]

DRAWN: dict[str, Option] = {
    "a fall at the beginning": lines(
        MONTHS, [Line("a", FALLING)], change=Change(3, 3, 4, "Sep 2024: −38.3%"), form=PERCENT
    ),
    "a fall at the end, with a legend": lines(
        MONTHS,
        [Line("Within 30 days", FALLING), Line("Within 7 days", FALLING, "dashed")],
        change=Change(len(MONTHS) - 2, 10, len(MONTHS) - 1, "Nov 2026: −38.3%"),
        form=PERCENT,
    ),
    "many": columns(MONTHS, [2_000_000 + 1_000 * at for at in range(len(MONTHS))], unit="customers"),
    "parts": stacked(
        MONTHS, [(name, [1_500] * len(MONTHS)) for name in ("In touch", "Silent", "At risk", "Lost")]
    ),
    "above and below": stacked(MONTHS, [("Entered", [9] * len(MONTHS)), ("Left", [-7] * len(MONTHS))]),
    "money": lines(MONTHS, [Line("a", [2_400_000.0] * len(MONTHS))], form=money("CNY")),
}

DRAW = """(text) => {
  const place = document.createElement("div");
  place.className = "kw-chart";
  place.dataset.chart = text;
  document.querySelector("main .container-xl").prepend(place);
  document.dispatchEvent(new Event("htmx:after:swap"));
}"""

# Every text of every chart: where it stands, and the contrast of its colour with the card behind the chart.
TEXTS = """() => [...document.querySelectorAll("[data-chart]")].flatMap((place) => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (...colours) => {
    context.clearRect(0, 0, 1, 1);
    for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const isSeen = (each) => each.type === "tspan" && !each.parent?.invisible;
  const behind = getComputedStyle(place).backgroundColor;
  const chart = echarts.getInstanceByDom(place);
  return chart.getZr().storage.getDisplayList(true).filter(isSeen).map((each) => {
    const box = each.getBoundingRect().clone(), moved = each.getComputedTransform();
    if (moved) box.applyTransform(moved);
    const [one, two] = [light(behind), light(behind, each.style.fill)];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const { x, y, width, height } = box;
    return { text: each.style.text, contrast, turned: Boolean(moved) && Math.abs(moved[1]) > 0.01, x, y, width, height,
             room: [chart.getWidth(), chart.getHeight()] };
  });
})"""


@pytest.mark.parametrize("name", DRAWN)
def test_texts_of_a_chart_can_be_read(walker: Walker, name: str) -> None:
    walker.page.goto(walker.address + "/explore/cohorts")
    walker.page.evaluate("document.querySelectorAll('[data-chart]').forEach((each) => each.remove())")
    walker.page.evaluate(DRAW, as_text(DRAWN[name]))
    texts = walker.page.evaluate(TEXTS)
    assert len(texts) > 4
    assert [each["text"] for each in texts if each["contrast"] < 4.5] == []
    assert [each["text"] for each in texts if each["turned"]] == []
    assert overlapping(texts) == []
    assert [each["text"] for each in texts if is_cut(each)] == []
    assert walker.faults == []


def test_figures_are_written_as_the_reader_writes_them(walker: Walker) -> None:
    walker.page.goto(walker.address + "/explore/cohorts")
    walker.page.evaluate(DRAW, as_text(DRAWN["money"]))
    walker.page.evaluate(DRAW, as_text(DRAWN["many"]))
    texts = {each["text"] for each in walker.page.evaluate(TEXTS)}
    assert "500,000" in texts
    assert walker.way.say("CN¥500K", "¥50万") in texts


@pytest.mark.parametrize("view", ["cohorts", "newcomers", "silence"])
def test_texts_of_a_view_can_be_read(walker: Walker, view: str) -> None:
    walker.page.goto(f"{walker.address}/explore/{view}")
    walker.page.locator(".kw-chart canvas").first.wait_for()
    texts = walker.page.evaluate(TEXTS)
    assert texts
    assert [each["text"] for each in texts if each["contrast"] < 4.5] == []


def overlapping(texts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of texts that lie upon each other by more than a pixel."""
    return [
        (one["text"], other["text"])
        for number, one in enumerate(texts)
        for other in texts[:number]
        if min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"]) > 1
        and min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"]) > 1
    ]


def is_cut(text: dict[str, Any]) -> bool:
    """Whether a text reaches out of the chart."""
    wide, high = text["room"]
    right, bottom = text["x"] + text["width"], text["y"] + text["height"]
    return bool(text["x"] < -1 or text["y"] < -1 or right > wide + 1 or bottom > high + 1)
