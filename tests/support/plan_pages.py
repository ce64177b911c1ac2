"""A person at the pages of the plan: what they see, and what their browser sends."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from starlette.testclient import TestClient

from keepwell.catalog.files import PlanFiles
from keepwell.publishing.commands import publish
from keepwell.publishing.queries import Version, current
from support.served_shop import Site


def now(site: Site) -> Version:
    """The version that runs."""
    with site.shop.store.read() as session:
        found = current(session)
    assert found is not None
    return found


def push(site: Site, texts: dict[str, str | None], *, author: str = "somebody") -> Version:
    """Somebody publishes files from a folder; None takes one away."""
    before = now(site)
    files = {path: text for path, text in ({**before.files, **texts}).items() if text is not None}
    with site.shop.store.write() as session:
        return publish(
            session,
            PlanFiles(files),
            author=author,
            reason="pushed",
            now=site.now,
            expected_version=before.number,
        )


class Form(HTMLParser):
    """What a browser sends of the form with the id ``edit``, and the buttons it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self._inside = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._text: tuple[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = given.get("id") == "edit"
        if not self._inside:
            return
        if tag == "input" and name:
            self.sent.append((name, value))
        elif tag == "button" and name:
            self.buttons.append((name, value))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((value, "selected" in given))
        elif tag == "textarea":
            self._text = (name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [options[0][0]]
            self.sent.append((name, chosen[0]))
            self._select = None
        elif tag == "textarea" and self._text:
            name, text = self._text
            self.sent.append((name, text.removeprefix("\n")))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text = (self._text[0], self._text[1] + data)

    def value(self, name: str) -> str:
        """The value of one input."""
        return next(value for each, value in self.sent if each == name)


@dataclass
class Editor:
    """One person with one browser, at the page of one definition or of a new one."""

    site: Site
    client: TestClient
    address: str
    form: Form

    def send(self, what: str, *, do: str = "", **changes: str) -> tuple[int, str]:
        """Send the form as it stands with some inputs changed (``__`` stands for a point)."""
        changed = {name.replace("__", "."): value for name, value in changes.items()}
        data: dict[str, list[str]] = {}
        for name, value in self.form.sent:
            data.setdefault(name, []).append(changed.get(name, value))
        data |= {name: [value] for name, value in changed.items() if name not in data}
        if do:
            data["do"] = [do]
        answer = self.client.post(f"{self.address}/{what}", data=data)
        if answer.status_code != 303 and what != "check":
            self.form = Form(answer.text)
        return answer.status_code, unescape(answer.text)

    @property
    def text(self) -> str:
        """The text of the definition as the page shows it."""
        return self.form.value("text")


def at(site: Site, address: str, client: TestClient | None = None, query: str = "") -> Editor:
    """Somebody opens a page of the plan."""
    browser = client or site.client
    answer = browser.get(f"{address}{query}")
    assert answer.status_code == 200, answer.text
    return Editor(site, browser, address, Form(answer.text))
