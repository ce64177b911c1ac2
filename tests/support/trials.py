"""Trials of whole deployments in processes that may be killed at any durable write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

TESTS = Path(__file__).parents[1]
LATER = timedelta(minutes=5)


@dataclass(frozen=True)
class Trial:
    """Asks a process that stands ready (:mod:`support.killing`); copies and answers lie in ``folder``."""

    process: subprocess.Popen[str]
    folder: Path

    def ask(self, do: str, plan: Path, now: datetime, **more: object) -> dict[str, Any]:
        """Do something to a deployment; what came of it. ``fatal=n`` kills it before its n-th durable write."""
        assert self.process.stdin
        assert self.process.stdout
        request = {
            "do": do,
            "folder": str(plan),
            "now": now.isoformat(),
            "answer": str(self.folder / "answer.json"),
        } | {name: str(value) for name, value in more.items()}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the process that stands ready is gone; it ended with {self.process.wait(30)}"
        ended: dict[str, Any] = json.loads(line)
        assert "broken" not in ended, f"{do} broke; its trace is above"
        return ended

    def do(self, do: str, plan: Path, now: datetime, **more: object) -> dict[str, Any]:
        """Do something that must come to its end: ``answer`` or ``error``, and ``writes``."""
        ended = self.ask(do, plan, now, **more)
        assert "told" in ended, f"{do} was killed"
        told: dict[str, Any] = ended["told"]
        return told

    def state(self, plan: Path, now: datetime) -> dict[str, Any]:
        """All that a deployment holds."""
        told = self.do("state", plan, now)
        assert "error" not in told, told["error"]
        state: dict[str, Any] = told["answer"]
        return state

    def copy(self, plan: Path) -> Path:
        """A fresh copy of a plan folder, with the times of its files."""
        copied = self.folder / uuid4().hex / "plan"
        shutil.copytree(plan, copied)
        return copied


@contextmanager
def trials(folder: Path, *, cold: bool = False) -> Iterator[Trial]:
    """A process that stands ready, until the block ends; ``cold`` where nothing is run, so that it stands at once."""
    process = subprocess.Popen(
        [sys.executable, "-m", "support.killing", *(["cold"] if cold else [])],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
    )
    try:
        yield Trial(process, folder)
    finally:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
