"""What one may search persons by, and the one form of it that is compared."""

from __future__ import annotations

from typing import Literal

Kind = Literal["phone", "email", "name", "national_id", "id"]
"""What a personal field holds, as far as it can be searched."""
