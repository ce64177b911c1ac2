"""What tests of the first load share: a bare folder, uploads, and a run by a worker."""

from __future__ import annotations

import time
from pathlib import Path

from httpx2 import Response

from keepwell.catalog.init import init_bare
from keepwell.worker.worker import Worker
from support.served_shop import NOW, Site, open_shop


def bare_site(folder: Path, *, settings: str = "", **environment: str) -> Site:
    """A site on a folder that was empty, with the administrator signed in. ``settings`` end its keepwell.toml."""
    folder.mkdir()
    assert init_bare(folder)
    with (folder / "keepwell.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    site = Site(open_shop(folder, **environment))
    site.sign_in()
    return site


def send(site: Site, *files: tuple[str, bytes]) -> Response:
    """Upload files."""
    token = site.form("/start")
    return site.client.post("/start/files", data={"csrf": token}, files=[("files", each) for each in files])


def publish(site: Site, **basics: str) -> Response:
    """Publish the draft."""
    given = {"name": "Shop", "time_zone": "Asia/Shanghai", "currency": "CNY", "language": "en"} | basics
    return site.client.post("/start/publish", data=given | {"csrf": site.form("/start")})


def run_until_done(site: Site) -> str:
    """Let a worker carry the run out; where the page leads then."""
    worker = Worker(site.shop, lambda: NOW)
    worker.start()
    try:
        answer = site.client.get("/start/progress/state")
        for _ in range(240):
            answer = site.client.get("/start/progress/state")
            if "hx-redirect" in answer.headers:
                return answer.headers["hx-redirect"]
            time.sleep(0.25)
    finally:
        worker.stop()
    raise AssertionError(answer.text)
