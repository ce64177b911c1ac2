"""What commands that look at customers share: the sight, and a word where the plan has moved on since the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keepwell.answers.sight import Sight
from keepwell.cli.terminal import errors, opened
from keepwell.core.errors import ExpressionRefused, NotFound
from keepwell.wiring import Deployment


@contextmanager
def sight_of(plan: Path) -> Iterator[Sight]:
    """What there is to see; where a name is not found that a newer plan may have, that is said too."""
    with opened(plan) as deployment, seen(deployment) as sight:
        yield sight


@contextmanager
def seen(deployment: Deployment) -> Iterator[Sight]:
    """The same of a deployment that is open already."""
    with deployment.sight() as sight:
        try:
            yield sight
        except (ExpressionRefused, NotFound):
            published, shown = deployment.published().number, sight.snapshot.info.plan_version
            if published != shown:
                errors.print(
                    f"Version {published} of the plan is published; what is shown was made from version {shown}. "
                    "`keepwell run` computes what is new."
                )
            raise
