"""Answers about one snapshot, kept as long as it is shown: a snapshot never changes, so neither do they."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")

KEPT = 1_000


class Memory:
    """The newest :data:`KEPT` answers. Safe to share between threads; one question is worked out once at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, object] = OrderedDict()
        self._under_way: dict[Hashable, threading.Lock] = {}

    def recall(self, question: Hashable, work_out: Callable[[], T]) -> T:
        """The answer to a question, worked out if nobody asked before.

        ``question`` names all that the answer depends on besides the snapshot: of a viewer, the scope.
        """
        with self._lock:
            if question in self._known:
                self._known.move_to_end(question)
                return cast("T", self._known[question])
            mine = self._under_way.setdefault(question, threading.Lock())
        with mine:
            with self._lock:
                if question in self._known:
                    return cast("T", self._known[question])
            try:
                answer = self._keep(question, work_out())
            finally:
                with self._lock:
                    self._under_way.pop(question, None)
            return answer

    def knows(self, question: Hashable) -> bool:
        """Whether an answer is there already."""
        with self._lock:
            return question in self._known

    def _keep(self, question: Hashable, answer: T) -> T:
        with self._lock:
            self._known[question] = answer
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return answer
