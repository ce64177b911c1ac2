"""Every text of the pages is there in every language, and every one is used."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from keepwell.access.keys import State
from keepwell.access.model import ROLES, Permission, Viewer
from keepwell.answers.consequences import QUARTERS
from keepwell.answers.figures import FIGURES
from keepwell.answers.retention import LEVELS
from keepwell.answers.reveal import REASONS as REASONS_TO_REVEAL
from keepwell.answers.silence import STAGES
from keepwell.catalog.compare import How
from keepwell.catalog.kinds import KINDS as DEFINED
from keepwell.catalog.sources import STANDARD_COLUMNS
from keepwell.catalog.texts import LANGUAGES
from keepwell.cohorts.periods import By
from keepwell.fields.segments import BEGAN, ENDED, GONE, MOVED, REDEFINED
from keepwell.intake.guess.proposal import OWN_TYPES, PERSONAL, status_words, uses_of
from keepwell.intake.quarantine import REASONS
from keepwell.language.form import Compare
from keepwell.lists.exports import Standing
from keepwell.web.conditions import ORDERED
from keepwell.web.form_shapes import OPTIONS, SHAPES
from keepwell.web.locale.by_page.audit import ACTIONS
from keepwell.web.locale.by_page.audit import KINDS as AUDITED
from keepwell.web.locale.message import Message
from keepwell.web.locale.reasons import REASONS_ZH, STEPS, reason_in, step_in
from keepwell.web.locale.texts import FILES, TEXTS
from keepwell.web.navigation import ENTRIES, SYSTEM, navigation
from keepwell.web.pages.customer_fields import ORDER
from keepwell.web.pages.explore.views import VIEWS
from keepwell.web.pages.people import SHORT
from keepwell.web.pages.plan.listing import STANDINGS
from keepwell.web.pages.sources import PARTS
from keepwell.web.pages.start import STEPS as PAGES
from keepwell.web.pages.start_columns import FACTS, GROUPS
from keepwell.web.pages.system import COLOURS
from keepwell.web.pages.today_figures import MONTHLY
from keepwell.web.reader import LANGUAGES as READERS
from keepwell.web.reader import Reader
from keepwell.web.wording import UNITS
from support.code import PACKAGE

WEB = PACKAGE / "web"


def use_key(use: str) -> str:
    """The key of what a column is used as."""
    kind, parted, _ = use.partition(":")
    return f"{kind}.of" if parted else kind


BACKS = ("purchase", "contact")
MADE = {
    *(f"explore.view.{name}" for name in VIEWS),
    *(f"explore.option.{option.name}" for view in VIEWS.values() for option in view.options),
    *(
        f"explore.{what}.{by}"
        for what in ("by", "cohorts.about", "map.across", "repurchase")
        for by in get_args(By)
    ),
    *(f"explore.{what}.{back}" for what in ("back", "newcomers.about") for back in BACKS),
    *(f"explore.level.{level}" for level in LEVELS),
    *(f"explore.stage.{stage}" for stage in STAGES),
    *(f"explore.few_{what}" for what in ("periods", "kept", "lost")),
    *(entry.key for entry in (*ENTRIES, *SYSTEM)),
    *(f"system.{state}" for state in COLOURS),
    *(f"unit.{unit}" for unit in UNITS),
    *(f"people.column.{name}" for name in SHORT),
    *(f"sources.{part}" for part in (*PARTS, "anonymous", "late", "outlier")),
    *(f"fact.{kind}" for kind in (*STANDARD_COLUMNS, "return")),
    *(f"column.{name}" for columns in STANDARD_COLUMNS.values() for name in columns if name != "amount"),
    *(f"theme.{theme}" for theme in ("auto", "light", "dark")),
    *(f"kind.{kind}" for kind in ("phone", "email", "name", "national_id", "other")),
    *(f"customer.months.{trend}" for trend in ("fell", "rose", "same")),
    *(f"customer.group.{group}" for group in ORDER),
    *(f"error.{name}" for name in ("title", "not_found", "forbidden", "too_large", "unavailable")),
    *(f"today.figure.{name}" for name in FIGURES),
    *(f"today.month.{name}" for name in MONTHLY),
    *(f"segments.finding.{trend}" for trend in ("fell", "rose", "same")),
    *(f"segments.moved.{change}" for change in ("entry", "exit")),
    "column.lines",
    *(f"permission.{permission}" for permission in Permission),
    *(f"keys.{state}" for state in get_args(State)),
    *(f"role.{role}{about}" for role in ROLES for about in ("", ".about")),
    *(f"audit.{action}" for action in ACTIONS),
    *(f"audit.kind.{kind}" for kind in AUDITED),
    *(f"plan.{what}.{kind}" for what in ("kind", "kinds", "about") for kind in DEFINED),
    *(f"plan.form.{part}" for shape in SHAPES.values() for part in (*shape.lines, "where")),
    *(f"plan.form.{part}" for shape in SHAPES.values() for table in shape.tables for part in table.parts),
    *(
        f"plan.form.{more}{t.key}"
        for shape in SHAPES.values()
        for t in shape.tables
        for more in ("", "more.")
    ),
    *(f"plan.form.{part}.{each}" for part, choices in OPTIONS.items() for each in choices),
    *(f"plan.standing.{standing}" for standing in STANDINGS),
    *(f"plan.preview.how.{how}" for how in How),
    *(f"plan.preview.{place}" for place in ("least", *QUARTERS, "greatest")),
    *(f"reveal.reason.{code}" for code in REASONS_TO_REVEAL),
    *(f"exports.state.{standing}" for standing in get_args(Standing)),
    *(f"exports.over.{standing}" for standing in ("lapsed", "expired", "used_up", "refused")),
    *(f"people.gone.{part}" for part in ("sort", "reason")),
    *(f"account.done.{what}" for what in ("password", "sessions")),
    *(f"conditions.{compare.name.lower()}" for compare in Compare),
    *(f"conditions.time.{compare.name.lower()}" for compare in ORDERED),
    *(f"conditions.flag.{flag}" for flag in ("true", "false")),
    *(f"segment.{change}" for change in ("entry", "exit")),
    *(f"segment.{cause}" for cause in (MOVED, BEGAN, ENDED, REDEFINED, GONE)),
    *(f"start.step.{name}" for name, _ in PAGES),
    *(f"start.fact.{fact}" for fact in FACTS),
    *(f"start.asleep.{lacking}" for lacking in (*FACTS, "column")),
    *(f"start.group.{group}" for group in GROUPS if group != "skip"),
    *(f"start.use.{each}" for fact in FACTS for each in map(use_key, uses_of(fact))),
    *(f"start.kind.{kind}" for kind in (*OWN_TYPES, *PERSONAL)),
    *(f"start.knowledge.{knowledge}" for knowledge in ("seen", "published")),
    *(f"start.lacks.{name}" for name in ("occurred_at", "amount", "party")),
    *(f"start.status.{name}" for name in status_words()),
    *(f"start.sure.{word}" for word in ("sure", "likely", "look")),
    *(key for key in TEXTS if key.startswith("start.why.")),
}
"""Keys put together from names."""


def written() -> set[str]:
    """Keys that stand whole in templates and code."""
    sources = [*WEB.rglob("*.html"), *(path for path in WEB.rglob("*.py") if path.parent.name != "by_page")]
    quoted = re.compile(r"""['"]([a-z_]+(?:\.[a-z_]+)*)['"]""")
    return {key for path in sources for key in quoted.findall(Path(path).read_text("utf-8"))}


def test_no_text_is_missing_and_none_is_left_over() -> None:
    assert not MADE - TEXTS.keys()
    said = re.compile(r"""\b(?:t|say)\(\s*['"]([a-z_.]+)['"]\s*[,)]""")
    asked = {
        key
        for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
        for key in said.findall(path.read_text("utf-8"))
    }
    assert not asked - TEXTS.keys()
    assert not TEXTS.keys() - MADE - written()


def test_every_text_stands_in_one_file() -> None:
    assert len(TEXTS) == sum(map(len, FILES.values()))


def test_pages_speak_the_plans_languages() -> None:
    assert set(READERS) == set(LANGUAGES)


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_says_the_same_in_every_language(key: str) -> None:
    message = TEXTS[key]
    values = [set(re.findall(r"\{(\w+)\}", text)) for text in (message.en, message.zh)]
    assert values[0] == values[1]
    assert message.en.strip()
    assert message.zh.strip()
    has_words = re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", message.en))
    assert message.zh == message.en or not has_words or re.search(r"[\u4e00-\u9fff]", message.zh)


def test_reasons_and_steps_in_every_language() -> None:
    assert REASONS_ZH.keys() == REASONS.keys()
    assert reason_in("zh", "rule_2", ["一", "二"]) == "二"
    assert reason_in("en", "rule_9", []) == "a rule of its source"
    assert step_in("zh", "reading orders") == "读取 orders"
    assert step_in("en", "computing fields") == "Computing figures"
    assert step_in("zh", "something new") == "something new"
    code = (PACKAGE / "runs/run.py").read_text("utf-8") + (PACKAGE / "runs/intake.py").read_text("utf-8")
    steps = {step.strip() for step in re.findall(r'step=f?"([a-z ]+)', code)}
    assert steps == STEPS.keys()


def test_figures_and_days_in_the_readers_form() -> None:
    english, chinese = Reader("en", "auto"), Reader("zh", "auto")
    assert english.number(1234567) == "1,234,567"
    assert english.share(0.0031) == "0.31%"
    assert (english.day(date(2026, 3, 1)), chinese.day(date(2026, 3, 1))) == ("Mar 1, 2026", "2026年3月1日")
    assert (english.month(date(2026, 3, 1)), chinese.month(date(2026, 3, 1))) == ("Mar 2026", "2026年3月")
    assert english.say("runs.customers", count=1) == "1 customer"
    assert english.say("runs.customers", count=1200) == "1,200 customers"
    assert Message("a", "一").in_("en", count=1) == "a"


def test_only_what_a_viewer_may_open_stands_in_the_navigation() -> None:
    agent, analyst = (Viewer(1, "x", frozenset({role})) for role in ("agent", "analyst"))
    assert {entry.path for entry in navigation(analyst)} > {entry.path for entry in navigation(agent)}
    assert not list(navigation(Viewer(1, "x", frozenset({"unknown"}))))


def test_every_action_that_is_recorded_and_what_it_was_done_to_has_a_name() -> None:
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    recorded = set(re.findall(r'\baction="(\w+)"|\bACTION = "(\w+)"|_record\([^)]*?, "(\w+)",', code))
    actions = {action for found in recorded for action in found if action}
    assert {"publish_plan", "reveal_values", "set_roles"} <= actions
    assert not actions - ACTIONS.keys()
    kinds = set(re.findall(r'subject_kind"?[=:] ?"(\w+)"', code))
    assert not kinds - AUDITED.keys() - DEFINED.keys()
