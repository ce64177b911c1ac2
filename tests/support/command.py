"""Commands as a person gives them: the words, what is printed, the exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from keepwell.cli.main import main


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def everything(self) -> str:
        return self.out + self.err


class Meddling(io.StringIO):
    """Standard error that does something, once, when a text is printed to it."""

    def __init__(self, text: str, act: Callable[[], object]) -> None:
        super().__init__()
        self.text, self.act, self.done = text, act, False

    def write(self, text: str) -> int:
        if self.text in text and not self.done:
            self.done = True
            self.act()
        return super().write(text)


def keepwell(
    *words: str | Path, plan: Path | None = None, meanwhile: tuple[str, Callable[[], object]] | None = None
) -> Said:
    """Carry out ``keepwell WORDS`` in this process; ``plan`` is added as ``--plan``.

    ``meanwhile`` is what happens as soon as a text stands on standard error.
    """
    out, err = io.StringIO(), Meddling(*meanwhile) if meanwhile else io.StringIO()
    given = [str(word) for word in words] + (["--plan", str(plan)] if plan else [])
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["keepwell", *given]):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        else:
            code = 0
    assert not isinstance(err, Meddling) or err.done, "nothing happened meanwhile"
    return Said(code, out.getvalue(), err.getvalue())
