"""Users on the command line, and the audit log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.branch_shop import branches
from support.command import Said, keepwell


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("branches") / "plan"
    shop = branches(folder)
    shop.close()
    return folder


def users(plan: Path, *words: str) -> Said:
    return keepwell("users", *words, plan=plan)


def test_a_user_from_making_to_disabling(plan: Path) -> None:
    made = users(
        plan, "make", "Bo [b]", "--role", "agent", "--role", "viewer", "--address", "https://k.example/"
    )
    assert made.code == 0
    assert re.fullmatch(r"https://k\.example/password\?token=[\w-]{43}\n", made.out)
    assert users(plan, "make", "bo [B]", "--role", "viewer").code != 0
    assert users(plan, "scope", "Bo [b]", "--unit", "north", "--condition", "spend_lifetime > 1").code == 0
    assert users(plan, "roles", "Bo [b]", "--role", "manager").code == 0
    listed = users(plan, "list").out
    assert "Bo [b]" in listed
    assert "units north and spend_lifetime > 1" in listed
    assert "has no password yet" in listed
    assert users(plan, "disable", "Bo [b]").code == 0
    assert users(plan, "link", "Bo [b]").code != 0
    assert users(plan, "enable", "Bo [b]").code == 0
    assert "/password?token=" in users(plan, "link", "Bo [b]").out
    told = keepwell("audit", "--subject", "Bo [b]", plan=plan).out
    actions = ["make_password_link", "enable_user", "disable_user", "set_roles", "set_scope"]
    places = [told.index(action) for action in actions]
    assert places == sorted(places)
    assert "disable_user" not in keepwell("audit", "--action", "set_scope", plan=plan).out
    assert "No entry fits" in keepwell("audit", "--actor", "nobody", plan=plan).out
    assert "No entry fits" in keepwell("audit", "--since", "2999-01-01", plan=plan).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["roles", "nobody", "--role", "viewer"], "there is no user `nobody`"),
        (["make", "x", "--role", "king"], "there is no role `king`"),
        (["scope", "x"], "whose customers shall they see?"),
        (["scope", "x", "--everybody", "--unit", "north"], "whose customers shall they see?"),
        (["scope", "x", "--unit", "nrth"], "did you mean `north`"),
        (["scope", "x", "--condition", "no_such > 1"], "no_such"),
    ],
)
def test_what_cannot_be_done_is_said(plan: Path, words: list[str], sentence: str) -> None:
    said = users(plan, *words)
    assert said.code != 0
    assert sentence in said.err


def test_a_time_that_is_none(plan: Path) -> None:
    assert "is no day" in keepwell("audit", "--since", "soon", plan=plan).err
