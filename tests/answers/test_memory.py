"""Answers about a snapshot are worked out once, however many ask at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from keepwell.answers import memory as memory_module
from keepwell.answers.memory import Memory


def test_a_question_is_worked_out_once_however_many_ask_at_once() -> None:
    memory, worked = Memory(), list[int]()

    def work_out() -> int:
        worked.append(1)
        threading.Event().wait(0.05)
        return 7

    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(lambda _: memory.recall("q", work_out), range(40)))
    assert answers == [7] * 40
    assert len(worked) == 1


def test_what_failed_is_tried_again() -> None:
    memory = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.recall("q", lambda: 1 // 0)
    assert memory.recall("q", lambda: 3) == 3


def test_the_oldest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "KEPT", 2)
    memory = Memory()
    for question in ("a", "b", "a", "c"):
        memory.recall(question, question.upper)
    assert memory.recall("a", lambda: "again") == "A"
    assert memory.recall("b", lambda: "again") == "again"
