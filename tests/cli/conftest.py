"""A shop whose plan was pushed and run, by commands; each test has its own copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.command import keepwell
from support.trial_shop import write_shop


@pytest.fixture(scope="session")
def shop_as_it_was(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all tests: not to be changed."""
    plan = write_shop(tmp_path_factory.mktemp("shop") / "plan")
    assert keepwell("push", plan=plan).code == 0
    ran = keepwell("run", plan=plan)
    assert (ran.code, ran.err.count("✗")) == (0, 0), ran.err
    return plan


@pytest.fixture
def shop(shop_as_it_was: Path, tmp_path: Path) -> Path:
    """A plan folder, run once."""
    return Path(shutil.copytree(shop_as_it_was, tmp_path / "plan"))
