from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from keepwell.access.commands import create_first_administrator
from keepwell.access.keys import use_key
from keepwell.access.model import Permission
from keepwell.wiring import deployment
from support.command import keepwell

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def may_see(plan: Path, text: str) -> bool:
    opened = deployment(plan, {})
    with opened.store.write() as session:
        viewer = use_key(session, text, now=NOW)
    opened.close()
    return viewer is not None and viewer.may(Permission.SEE_CUSTOMERS)


def test_a_key_is_made_listed_and_revoked(shop: Path) -> None:
    opened = deployment(shop, {})
    with opened.store.write() as session:
        create_first_administrator(session, "ada", "correct horse battery", now=NOW)
    opened.close()
    assert "no keys" in keepwell("keys", "list", plan=shop).out
    made = keepwell("keys", "add", "[red]bi", "--owner", "Ada", "--may", "see_customers", plan=shop)
    assert made.code == 0, made.err
    text = made.out.strip()
    assert re.fullmatch(r"kw_[\w-]{43}", text)
    assert may_see(shop, text)
    listed = keepwell("keys", "list", plan=shop).out
    assert text not in listed
    assert text[:10] in listed
    assert keepwell("keys", "revoke", "1", plan=shop).code == 0
    assert not may_see(shop, text)
    assert "revoked" in keepwell("keys", "list", plan=shop).out


def test_what_cannot_be_done_is_a_sentence(shop: Path) -> None:
    nobody = keepwell("keys", "add", "bi", "--owner", "bob", "--may", "run", plan=shop)
    assert nobody.code == 1
    assert "there is no user 'bob'" in nobody.err
    assert keepwell("keys", "revoke", "7", plan=shop).code == 1
