"""The viewer: who is asking, what they may do, and how far they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Permission(StrEnum):
    """Something that not everybody may do. Pages, routes of the API and keys name them by these words."""

    SEE_CUSTOMERS = "see_customers"
    REVEAL_VALUES = "reveal_values"
    """Personal values, each time with a reason that is kept."""
    SEE_DATA = "see_data"
    """Sources, their quality and the runs. These are of the whole business: no scope divides them."""
    TAG = "tag"
    EXPORT = "export"
    """Take a list of customers away as a file, masked; more than that needs a second person."""
    APPROVE_EXPORT = "approve_export"
    """Be that second person. They decide about any customers, so no scope divides it."""
    RUN = "run"
    EDIT_PLAN = "edit_plan"
    MANAGE_ACCESS = "manage_access"
    SEE_AUDIT = "see_audit"


ADMINISTRATOR = "administrator"
_VIEWER = frozenset({Permission.SEE_CUSTOMERS})
_AGENT = _VIEWER | {Permission.REVEAL_VALUES, Permission.TAG}
_MANAGER = _AGENT | {Permission.SEE_DATA, Permission.EXPORT, Permission.APPROVE_EXPORT}
_ANALYST = _VIEWER | {
    Permission.SEE_DATA, Permission.RUN, Permission.EDIT_PLAN, Permission.TAG, Permission.EXPORT,
}  # fmt: skip

ROLES: Mapping[str, frozenset[Permission]] = {
    "viewer": _VIEWER,
    "agent": _AGENT,
    "manager": _MANAGER,
    "analyst": _ANALYST,
    ADMINISTRATOR: frozenset(Permission),
}
"""Role → what those who have it may do. Somebody with several roles may do what any of them allows."""


OF_THE_WHOLE = frozenset(
    {
        Permission.SEE_DATA, Permission.RUN, Permission.EDIT_PLAN, Permission.MANAGE_ACCESS, Permission.SEE_AUDIT,
        Permission.APPROVE_EXPORT,
    }
)  # fmt: skip
"""What no scope can divide: it tells of all customers or decides for all. Nobody with a scope may do it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """All that narrows what somebody sees: customers must meet the condition and belong to the units.

    ``condition`` is an expression over customers, None where there is none. ``units`` are ids of units, whose
    customers are seen with those of every unit beneath; None where units do not narrow, and the empty set sees
    nobody. Scopes are hashable and compare by value, so they may stand in the key of what is remembered.
    """

    condition: str | None = None
    units: frozenset[str] | None = None


def reaches_beyond(scope: Scope | None, other: Scope | None) -> bool:
    """Whether ``scope`` may let somebody see customers whom ``other`` does not. Where that is not plain, it may."""
    if other is None:
        return False
    if scope is None or (other.condition is not None and scope.condition != other.condition):
        return True
    return other.units is not None and (scope.units is None or not scope.units <= other.units)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. ``scope`` is everything that narrows what they see; None, and only None, sees everybody.

    ``limited_to`` are the permissions of the key that asks, and ``key_id`` its number; None where somebody is
    signed in.
    """

    user_id: int
    name: str
    roles: frozenset[str]
    scope: Scope | None = None
    limited_to: frozenset[Permission] | None = None
    key_id: int | None = None

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles allows it, and the key too where one asks.

        What is of the whole business is for those who see everybody.
        """
        if self.scope is not None and permission in OF_THE_WHOLE:
            return False
        if self.limited_to is not None and permission not in self.limited_to:
            return False
        return any(permission in ROLES.get(role, ()) for role in self.roles)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in, as an administrator sees them. ``seen_at`` is of a session that lasts, if any."""

    id: int
    name: str
    roles: frozenset[str]
    scope: Scope | None
    created_at: datetime
    disabled_at: datetime | None
    has_password: bool
    issuers: tuple[str, ...]
    seen_at: datetime | None

    @property
    def may_manage_access(self) -> bool:
        """Whether they count as an administrator: they can sign in, and no scope narrows them."""
        can_sign_in = self.disabled_at is None and (self.has_password or bool(self.issuers))
        return can_sign_in and self.scope is None and ADMINISTRATOR in self.roles
