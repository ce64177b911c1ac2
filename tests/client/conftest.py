"""The shop that these tests ask about."""

from __future__ import annotations

from support.sites import bare_site, own_site, site, template

__all__ = ["bare_site", "own_site", "site", "template"]
