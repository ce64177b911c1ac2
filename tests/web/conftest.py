"""The shop that these tests look at."""

from __future__ import annotations

from support.databases import new_database
from support.sites import bare_site, own_site, site, template

__all__ = ["bare_site", "new_database", "own_site", "site", "template"]
