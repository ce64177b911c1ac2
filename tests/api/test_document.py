"""The OpenAPI document says everything: each answer, each failure, the key, and names for the methods of clients."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

import pytest

from keepwell.access.model import Permission
from keepwell.api.asking import ROOT
from support.programs import Json
from support.served_shop import Site


@pytest.fixture(scope="module")
def document(site: Site) -> Json:
    return site.visitor().get(f"{ROOT}/openapi.json").json()


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_operations_are_named_as_methods(document: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) and not keyword.iskeyword(name) for name in names)


def test_every_answer_is_typed_and_every_failure_has_the_one_form(document: Json) -> None:
    for path, method, operation in operations(document):
        answers = operation["responses"]
        good = [status for status in answers if status.startswith("2")]
        assert len(good) == 1, path
        shape = answers[good[0]]["content"]["application/json"]["schema"]
        assert shape.keys() == {"$ref"}, (method, path)
        assert {"401", "403", "404", "405", "409", "410", "413", "422", "429", "500", "503"} <= answers.keys()
        assert all(answers[each]["$ref"] for each in answers.keys() - set(good))
        assert operation["summary"]
        assert operation["description"]


def test_references_lead_somewhere_and_every_shape_is_described(document: Json) -> None:
    shapes = document["components"]["schemas"]
    assert "HTTPValidationError" not in shapes
    for place in set(re.findall(r"'#/components/(\w+)/(\w+)'", str(document))):
        assert place[1] in document["components"][place[0]]
    assert [name for name, shape in shapes.items() if not shape.get("description")] == []


def test_the_key_and_what_it_needs_stand_there(document: Json) -> None:
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, _, operation in operations(document):
        asked = {each for scheme in operation["security"] for each in scheme["key"]}
        assert asked <= set(Permission), path
        assert asked or path in {"/key", "/keys/{number}/revoke"}


def test_writes_ask_for_an_idempotency_key(document: Json) -> None:
    keyed = {
        path
        for path, method, operation in operations(document)
        if method == "post"
        and any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
    }
    posted = {path for path, method, _ in operations(document) if method == "post"}
    assert posted - keyed == {"/search", "/customers/{customer_id}/reveal", "/plan/check"}
