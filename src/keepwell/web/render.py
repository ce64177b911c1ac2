"""The templates' environment: everything is escaped, every name must be known."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from keepwell.web.navigation import navigation, system_navigation

STATIC = Path(__file__).parent / "static"


def templates() -> Environment:
    """The environment all pages are rendered in."""
    environment = Environment(
        loader=PackageLoader("keepwell.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    environment.globals["navigation"] = navigation
    environment.globals["system_navigation"] = system_navigation
    return environment


@cache
def asset(name: str) -> str:
    """The address of a static file, another one for other content, so that browsers may keep it for good."""
    path = STATIC / name
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "missing"
    return f"/static/{name}?v={version}"
