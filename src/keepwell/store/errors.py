"""What can go wrong with the store."""

from __future__ import annotations

from keepwell.core.errors import Conflict, LimitExceeded, Refused, Unavailable


class StoreUnavailable(Unavailable):
    """The store is locked, full, damaged or cannot be reached."""


class StoreAddressRefused(Refused):
    """The address of a store cannot be understood."""


class TextRefused(Refused):
    """A text holds what the store cannot keep."""


class StoreInUse(Conflict):
    """Another process serves this SQLite store."""


class StoreOutdated(Conflict):
    """The store's tables are older than this Keepwell, or were never made."""


class StoreNewer(Conflict):
    """The store's tables were made by a newer Keepwell."""


class LeaseLost(Conflict):
    """The lease ran out and somebody else has the job now, or it ended."""


class KeyReused(Conflict):
    """The same idempotency key came with another body."""


class IdempotencyKeyRefused(Refused):
    """An idempotency key is too long, empty, or has characters that none may have."""


class QueueFull(LimitExceeded):
    """More jobs wait than the queue may hold."""


class CopyRefused(Refused):
    """A copy is incomplete or damaged, or the place it should go to is not empty."""
