"""The API as an application of its own, mounted by the pages' one: its own errors, its own document, its own way in."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Security
from fastapi.openapi.utils import get_openapi

from keepwell import __version__
from keepwell.api.asking import DOCUMENT, ROOT, KeyFirst, Served, key_given
from keepwell.api.refusals import Unexpected, add_refusals, fault
from keepwell.api.routes import (
    access,
    business,
    customers,
    data,
    explore,
    lists,
    plan,
    reveal,
    segments,
    tags,
)
from keepwell.api.shapes.refusals import MEDIA_TYPE, Refusal

ROUTES = (
    business.routes,
    customers.routes,
    reveal.routes,
    lists.routes,
    tags.routes,
    segments.routes,
    explore.routes,
    data.routes,
    plan.routes,
    access.routes,
)
TITLE = "Keepwell"
ABOUT = """\
What the pages show, for programs. Ask with a key: `Authorization: Bearer kw_…`; a key does what it and its owner may,
and sees no further than its owner. Amounts answered are whole numbers of the currency's minor unit, those in an
expression are written as people do; instants are UTC, personal values are masked. Lists come in pages: ask again with
`cursor` set to `next_cursor` until there is none. Every error has one form, `Refusal`.
"""
TAGS = {
    "business": "The business, the key that asks, today's figures, and the fields there are.",
    "customers": "Who they are, why they are in a list, and what happened to them.",
    "lists": "Questions about customers that somebody keeps under a name.",
    "tags": "What people say of customers by hand.",
    "segments": "How many are in each, how that changed, and who came and went.",
    "explore": "Where it began, and with whom: the views of Explore. Each takes `segment` and `where`.",
    "data": "Sources, rows in quarantine, and runs.",
    "plan": "What is defined, its versions, and publishing another.",
    "access": "Users, keys, and the audit log.",
}
"""What operations are about."""
FAILURES = {
    401: "No key, or one that is unknown, revoked or expired",
    403: "The key may not do this",
    404: "There is nothing by that name",
    405: "This address is for other methods",
    409: "It was changed meanwhile, or exists already",
    410: "The data of the cursor are gone",
    411: "The length of the body is not said",
    413: "The body is too long",
    422: "What was given cannot be used",
    429: "Too much within a time; `Retry-After` says when to go on",
    500: "A fault of ours",
    503: "Something outside is locked, full or unreachable",
}


def make_api(served: Served) -> FastAPI:
    """The API of one deployment, to be mounted at :data:`ROOT`."""
    api = described()
    add_refusals(api)
    # The last one added is the first to see a request.
    api.add_middleware(KeyFirst, served=served)
    api.add_middleware(Unexpected, answer=fault)
    return api


def described() -> FastAPI:
    """Every address there is, with its document."""
    api = FastAPI(
        title=TITLE,
        version=__version__,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=DOCUMENT,
        openapi_tags=[{"name": name, "description": about} for name, about in TAGS.items()],
        root_path_in_servers=False,
        redirect_slashes=False,
        dependencies=[Security(key_given)],
        generate_unique_id_function=lambda route: route.name,  # what clients call their methods
        responses={422: {}},  # ours, and not the framework's
        servers=[{"url": ROOT}],
    )
    for routes in ROUTES:
        api.include_router(routes)
    api.openapi = lambda: document(api)  # type: ignore[method-assign]
    return api


def document(api: FastAPI) -> dict[str, Any]:
    """The API in OpenAPI's form; each operation may fail in every way, and all ways have one shape."""
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            servers=api.servers,
            tags=api.openapi_tags,
        )
        shapes = made["components"]["schemas"]
        refusal = Refusal.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes |= refusal.pop("$defs") | {"Refusal": refusal}
        shape = {"schema": {"$ref": "#/components/schemas/Refusal"}}
        made["components"]["responses"] = {
            f"Error{status}": {"description": about, "content": {MEDIA_TYPE: shape}}
            for status, about in FAILURES.items()
        }
        failures = {str(status): {"$ref": f"#/components/responses/Error{status}"} for status in FAILURES}
        for operations in made["paths"].values():
            for operation in operations.values():
                operation["responses"] = operation["responses"] | failures
        api.openapi_schema = made
    return api.openapi_schema
