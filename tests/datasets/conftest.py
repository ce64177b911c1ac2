"""A plan folder for each test, with the plan files its dataset needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.dataset_plans import DatasetPlan


@pytest.fixture
def plan(tmp_path: Path) -> DatasetPlan:
    return DatasetPlan(tmp_path / "plan")
