"""How a person works a page: with the mouse or a finger, or by keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

TABS_MAX = 250
CHOICES_MAX = 80


@dataclass(frozen=True)
class Mouse:
    """Points at what it means."""

    page: Page

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, open what is folded."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """Replace what stands in a field."""
        target.fill(text)

    def choose(self, target: Locator, value: str) -> None:
        """Choose from a list."""
        target.select_option(value)

    def attach(self, target: Locator, file: Path) -> None:
        """Choose a file."""
        target.set_input_files(file)


@dataclass(frozen=True)
class Keyboard:
    """Goes from stop to stop by Tab, so that what no stop leads to fails."""

    page: Page

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, open what is folded."""
        self._reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        """Replace what stands in a field."""
        self._reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, target: Locator, value: str) -> None:
        """Choose from a list."""
        self._reach(target)
        self.page.keyboard.press("Home")
        for _ in range(CHOICES_MAX):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow led to {value}")

    def attach(self, target: Locator, file: Path) -> None:
        """Choose a file; the system's own dialogue is answered for the browser."""
        self._reach(target)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)

    def _reach(self, target: Locator) -> None:
        target.wait_for()
        for _ in range(TABS_MAX):
            if target.evaluate("node => node === document.activeElement"):
                assert target.evaluate("node => node.matches(':focus-visible')"), "nobody sees where they are"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{TABS_MAX} times Tab did not lead to {target}")


Hands = Mouse | Keyboard
