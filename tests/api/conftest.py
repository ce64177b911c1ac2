"""The shop that these tests ask about, and programs with a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.databases import MakeUrl, database_kind, new_database
from support.programs import Program
from support.served_shop import SETTINGS, Site, open_shop, publish_plan, write_plan
from support.sites import bare_site, own_site, site, template

__all__ = ["bare_site", "database_kind", "new_database", "own_site", "site", "template"]


@pytest.fixture(scope="module")
def program(site: Site) -> Program:
    """One that may do everything."""
    return Program.of(site)


@pytest.fixture
def writing_site(database_kind: str, new_database: MakeUrl, tmp_path: Path) -> Iterator[Site]:
    """A site of one test whose store is in each kind of database in turn; its plan is published, and was never run."""
    settings = SETTINGS if database_kind == "sqlite" else f'{SETTINGS}\n[store]\nurl = "env:SHOP_STORE"\n'
    write_plan(tmp_path / "plan", settings=settings)
    shop = open_shop(tmp_path / "plan", SHOP_STORE=new_database(database_kind))
    publish_plan(shop)
    made = Site(shop)
    made.sign_in()
    yield made
    made.close()


@pytest.fixture
def writer(writing_site: Site) -> Program:
    """A program that may do everything there."""
    return Program.of(writing_site)
