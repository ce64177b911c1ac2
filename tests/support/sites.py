"""One shop, run once for the session; a site of it for each module; copies for tests that change something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.served_shop import Site, copy_shop, open_shop, publish_plan, run_plan, write_plan


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that was published and run."""
    folder = tmp_path_factory.mktemp("shop") / "plan"
    write_plan(folder)
    shop = open_shop(folder)
    publish_plan(shop)
    run_plan(shop)
    shop.close()
    return folder


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the administrator signed in, for tests that only look."""
    made = Site(open_shop(copy_shop(template, tmp_path_factory.mktemp("site") / "plan")))
    made.sign_in()
    yield made
    made.close()


@pytest.fixture
def own_site(template: Path, tmp_path: Path) -> Iterator[Site]:
    """A site for one test, nobody signed in."""
    made = Site(open_shop(copy_shop(template, tmp_path / "plan")))
    yield made
    made.close()


@pytest.fixture
def bare_site(tmp_path: Path) -> Iterator[Site]:
    """A plan folder that nobody published yet."""
    write_plan(tmp_path / "plan")
    made = Site(open_shop(tmp_path / "plan"))
    yield made
    made.close()
