"""What older Keepwells wrote is opened by this one: a kept backup of each format, restored, upgraded and run."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from keepwell.exchange.backup import FORMAT
from keepwell.wiring import deployment
from support.command import keepwell
from support.killing import SECRET
from support.trial_shop import write_second_day, write_shop
from support.whole_state import state_of

KEPT = Path(__file__).parents[1] / "fixtures"


@pytest.mark.parametrize("kept", sorted(KEPT.glob("format*")), ids=lambda path: path.name)
def test_a_kept_format_is_opened(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_SECRET", SECRET)
    plan = tmp_path / "plan"
    said = keepwell("restore", kept / "backup", "--keys", kept / "keys", "--into", plan)
    assert said.code == 0, said
    for words in (["upgrade"], ["check"], ["push"], ["status"], ["quarantine", "list"]):
        said = keepwell(*words, plan=plan)
        assert said.code == 0, said
    found = deployment(plan)
    state = state_of(found)
    found.close()
    assert {name: len(rows) for name, rows in state["facts"].items()} == {
        "members": 3,
        "orders": 8,
        "visits": 5,
    }
    assert Counter(row.split("'")[3] for row in state["quarantine"]) == {
        "members": 1,
        "orders": 6,
        "visits": 1,
    }
    assert state["store"]["vault"]["shop:C2"] == {"buyer": "Hazel Brook", "phone": "+8613800138012"}
    assert len(state["store"]["originals"]) == 8 + 3
    write_shop(plan)
    write_second_day(plan)
    said = keepwell("run", plan=plan)
    assert said.code == 0, said
    assert "8 customers" in said.out
    assert keepwell("ask", "orders_lifetime >= 2", plan=plan).out.startswith("orders_lifetime >= 2: 3 of 8 ")


def test_there_is_a_kept_one_of_the_format_that_is_written() -> None:
    formats = {json.loads(path.read_text())["format"] for path in KEPT.glob("format*/backup/backup.json")}
    assert formats == set(range(1, FORMAT + 1))
