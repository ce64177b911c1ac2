"""What can go wrong with personal values and their keys."""

from __future__ import annotations

from keepwell.core.errors import Refused, Unavailable


class SecretRefused(Refused):
    """The master secret is missing, malformed, or not the one this key store was made with."""


class VaultDamaged(Unavailable):
    """A sealed value cannot be opened: it was changed, moved, or its key store is not the right one."""
