"""What can go wrong between the halves."""

from __future__ import annotations

from keepwell.core.errors import Refused


class BackupRefused(Refused):
    """A backup is incomplete, damaged or of a newer Keepwell, or the place it should go to is not free."""
