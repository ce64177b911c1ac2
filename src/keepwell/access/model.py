"""The viewer: who is asking, what they may do, and how far they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """Something that not everybody may do. Pages, routes of the API and keys name them by these words."""

    SEE_CUSTOMERS = "see_customers"
    TAG_CUSTOMERS = "tag_customers"
    REVEAL_VALUES = "reveal_values"
    """Personal values, each time with a reason that is kept."""
    EXPORT_CUSTOMERS = "export_customers"
    APPROVE = "approve"
    """Approve what somebody else asked for."""
    SEE_DATA = "see_data"
    """Sources, their quality and the runs. These are of the whole business: no scope divides them."""
    RUN = "run"
    EDIT_PLAN = "edit_plan"
    MANAGE_ACCESS = "manage_access"
    SEE_AUDIT = "see_audit"


ADMINISTRATOR = "administrator"
_VIEWER = frozenset({Permission.SEE_CUSTOMERS})
_AGENT = _VIEWER | {Permission.TAG_CUSTOMERS, Permission.REVEAL_VALUES}
_MANAGER = _AGENT | {Permission.EXPORT_CUSTOMERS, Permission.APPROVE, Permission.SEE_DATA}
_ANALYST = _VIEWER | {
    Permission.EXPORT_CUSTOMERS, Permission.SEE_DATA, Permission.RUN, Permission.EDIT_PLAN,
}  # fmt: skip

ROLES: Mapping[str, frozenset[Permission]] = {
    "viewer": _VIEWER,
    "agent": _AGENT,
    "manager": _MANAGER,
    "analyst": _ANALYST,
    ADMINISTRATOR: frozenset(Permission),
}
"""Role → what those who have it may do. Somebody with several roles may do what any of them allows."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. ``scope`` is the text of an expression over customers; None sees everybody.

    ``limited_to`` are the permissions of the key that asks; None where somebody is signed in.
    """

    user_id: int
    name: str
    roles: frozenset[str]
    scope: str | None = None
    limited_to: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles allows it, and the key too where one asks."""
        if self.limited_to is not None and permission not in self.limited_to:
            return False
        return any(permission in ROLES.get(role, ()) for role in self.roles)
