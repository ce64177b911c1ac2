"""Whatever is sent, what the document allows and what it forbids: no answer is a fault of ours, and each is as it says.

Schemathesis makes the requests from the OpenAPI document, the same ones each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis

from keepwell.access.keys import all_keys
from keepwell.access.model import Permission
from keepwell.api.app import make_api
from keepwell.api.asking import Served
from support.served_shop import NAME, Site, copy_shop, open_shop

SETTINGS = {
    "seed": 1,
    "generation": {"deterministic": True, "max-examples": 4, "database": "none"},
    "checks": {
        "negative_data_rejection": {"expected-statuses": [*map(str, (401, 403, 404, 405, 409, 413, 422, 429))]},
        # An expression, a cursor or a plan is more than a schema can say: 422 where one cannot be meant, 410 where
        # its data are gone.
        "positive_data_acceptance": {"expected-statuses": ["2xx", *map(str, (401, 403, 404, 409, 410, 413, 422, 429))]},
    },
}  # fmt: skip


# The document is that of the routes, whatever the deployment.
document = schemathesis.openapi.from_dict(
    make_api(cast("Served", None)).openapi(), config=schemathesis.Config.from_dict(SETTINGS)
)
pytestmark = pytest.mark.xdist_group("anything")


@dataclass
class Asked:
    """The application with a key that lives, though what is sent may revoke it."""

    site: Site
    _key: str = ""

    def key(self) -> str:
        """One for the next request; time goes by, so that there are never too many within a minute."""
        self.site.now += timedelta(seconds=1)
        with self.site.shop.store.read() as session:
            alive = {each.beginning for each in all_keys(session) if each.state(self.site.now) == "alive"}
        if self._key[:10] not in alive:
            self._key = self.site.key(NAME, *Permission)
        return self._key


@pytest.fixture(scope="module")
def asked(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    site = Site(open_shop(copy_shop(template, tmp_path_factory.mktemp("anything") / "plan")))
    site.sign_in()
    yield Asked(site)
    site.close()


@document.parametrize()
def test_no_request_finds_a_fault(case: schemathesis.Case[Any], asked: Asked) -> None:
    case.operation.schema.app = asked.site.app  # for what is asked beside it, such as the same without a key
    case.call_and_validate(app=asked.site.app, headers={"Authorization": f"Bearer {asked.key()}"})
