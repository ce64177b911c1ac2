"""Hatch's build hook: a wheel never goes out without the page assets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageAssets(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is the builder's config, unused here
    """Fetches the assets before a wheel is packed; an editable install is served by `make assets`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's signature)
        """Run tools/assets.py, which returns at once when everything is there."""
        if version != "editable":
            subprocess.run([sys.executable, Path(self.root, "tools/assets.py")], check=True)
