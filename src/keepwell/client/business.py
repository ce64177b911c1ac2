"""The business, the key that asks, today's figures, and the fields there are."""

from __future__ import annotations

from keepwell.api.shapes.business import AskingKey, Business, FieldList, TodayFigures
from keepwell.client.connection import Calls


class BusinessCalls(Calls):
    """What is true of the whole business."""

    def get_business(self) -> Business:
        """Currency, time zone, what is published, and how fresh the figures are."""
        return self._connection.get(Business, "/business")

    def get_key(self) -> AskingKey:
        """What the key that asks may do."""
        return self._connection.get(AskingKey, "/key")

    def get_today(self) -> TodayFigures:
        """What changed, and who is about to leave."""
        return self._connection.get(TodayFigures, "/today")

    def list_fields(self) -> FieldList:
        """Every field of customers: its type, its label in both languages, what it means."""
        return self._connection.get(FieldList, "/fields")
