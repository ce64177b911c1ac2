"""The notebook in ``examples/`` does what it says, against a shop that is served and works."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from keepwell.access.model import Permission
from keepwell.worker.worker import Worker
from support.code import ROOT
from support.served_shop import NAME, Site

NOTEBOOK = ROOT / "examples/about_to_leave.ipynb"


@pytest.fixture
def address(own_site: Site) -> Iterator[str]:
    """Where the shop is served, with a worker that carries out runs."""
    own_site.sign_in()
    server = uvicorn.Server(uvicorn.Config(own_site.app, port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    worker = Worker(own_site.shop, lambda: own_site.now)
    thread.start()
    worker.start()
    while not server.started:
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    worker.stop()
    thread.join()


def test_the_notebook_runs(own_site: Site, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = (Permission.SEE_CUSTOMERS, Permission.EDIT_PLAN, Permission.RUN, Permission.SEE_DATA)
    monkeypatch.setenv("KEEPWELL_ADDRESS", address)
    monkeypatch.setenv("KEEPWELL_KEY", own_site.key(NAME, *needed))
    known: dict[str, object] = {}
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), known)
    assert len(known["table"]) == known["leaving"].count == 1  # type: ignore[arg-type, attr-defined]
    assert known["table"]["spend_365d"].tolist() == [1446.0]  # type: ignore[index]
    assert known["shares"].shape[0] > 0  # type: ignore[attr-defined]
    assert known["published"].number == 2  # type: ignore[attr-defined]
    assert len(known["worth_a_call"]) == 1  # type: ignore[arg-type]


def test_the_notebook_keeps_no_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
