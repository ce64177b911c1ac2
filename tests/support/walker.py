"""A person at a browser who looks at every page for faults: of access, of scripts, of width, and of where it calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response

from keepwell.web.page import SESSION_COOKIE

AXE = Path(__file__).parents[2] / "build/check/axe/axe.min.js"
SPILLS = Path(__file__).with_name("spills.js")
"""Finds what hostile texts do to a page where they are more than texts."""
WIDE = Path(__file__).with_name("wide.js")
GRAVE = ("serious", "critical")
LOCALES = {"en": "en-US", "zh": "zh-CN"}
DESKTOP, PHONE = (1280, 900), (390, 844)

Language = Literal["en", "zh"]
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Way:
    """How a walk is made."""

    language: Language
    scheme: Scheme
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"

    def say(self, en: str, zh: str) -> str:
        """A text of the page, in the walk's language."""
        return en if self.language == "en" else zh


WAYS = [
    Way(language, scheme, *size)
    for language in ("en", "zh")
    for scheme in ("light", "dark")
    for size in (DESKTOP, PHONE)
]
BY_KEYBOARD = [
    Way("en", "light", *DESKTOP),
    Way("zh", "dark", *DESKTOP),
    Way("en", "dark", *PHONE),
    Way("zh", "light", *PHONE),
]


@dataclass
class Walker:
    """A page, and all that was wrong with what it showed; ``weights`` are the bytes of each page by its path.

    Without scripts nothing on the page can look for faults of access: only its width is seen.
    """

    page: Page
    address: str
    way: Way
    has_script: bool = True
    faults: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert AXE.exists(), "axe-core is not here: run `make check-assets`"
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("response", self._weigh)
        self.page.context.on("request", self._stays_here)

    @property
    def is_phone(self) -> bool:
        """Whether the screen is narrow."""
        return (self.way.width, self.way.height) == PHONE

    def go(self, path: str) -> None:
        """Open an address, and look at it."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        self.look()

    def must_be_faultless(self, *, but_refusals: bool = False) -> None:
        """Fail with all that was wrong; the browser's own line on an answer of 4xx may be part of the story."""
        refusal = re.compile(r"console: Failed to load resource: .* status of 4\d\d")
        left = [fault for fault in self.faults if not (but_refusals and refusal.match(fault))]
        assert not left, "\n".join(dict.fromkeys(left))

    def look(self) -> None:
        """Look for faults on the page that is open."""
        where = urlsplit(self.page.url).path
        if self.has_script:
            self._look_closely(where)
            self.faults += [f"{where}: {spill}" for spill in self.page.evaluate(SPILLS.read_text("utf-8"))]
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.way.width:
            by = self.page.evaluate(WIDE.read_text("utf-8"))
            self.faults.append(f"{where}: {wide} pixels wide on a screen of {self.way.width}, by {by}")

    def _look_closely(self, where: str) -> None:
        # The checker is handed over by the debugging protocol, which the pages' policy does not bind.
        self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for fault in found["violations"]:
            if fault["impact"] in GRAVE:
                places = "; ".join(str(node["target"]) for node in fault["nodes"][:3])
                self.faults.append(f"{where}: {fault['id']} ({fault['impact']}): {places}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _weigh(self, answer: Response) -> None:
        if answer.request.resource_type == "document" and answer.ok:
            self.weights[urlsplit(answer.url).path] = len(answer.body())

    def _stays_here(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme not in {"data", "blob"} and there.hostname != urlsplit(self.address).hostname:
            self.faults.append(f"a request to {there.hostname}")


def visitor(
    browser: Browser, address: str, way: Way, session: str | None = None, *, has_script: bool = True
) -> Walker:
    """Somebody on no page yet, signed in where a session is given."""
    context = browser.new_context(
        locale=LOCALES[way.language],
        color_scheme=way.scheme,
        viewport={"width": way.width, "height": way.height},
        java_script_enabled=has_script,
    )
    if session is not None:
        context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": address}])
    context.set_default_timeout(20_000)
    return Walker(context.new_page(), address, way, has_script)
