"""What the API says of itself, held against the dialect and against the views."""

import ast
import re
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from django.test import Client

from takatuf import api as api_room
from takatuf.api.urls import api


@pytest.fixture
def description(db):
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def test_the_description_is_openapi_3_1(description):
    assert description["openapi"].startswith("3.1.")
    for schema in description["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)

    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in set(references(description)):
        here = description
        for part in reference.removeprefix("#/").split("/"):
            here = here[part]


@pytest.mark.once
def test_no_two_shapes_have_one_name():
    """In the description the second would stand in the place of the first, unsaid."""
    names = Counter(
        node.name
        for file in Path(api_room.__file__).parent.glob("*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_every_operation_tells_its_refusals_and_has_a_name_of_its_own(description):
    names = []
    for methods in description["paths"].values():
        for method, operation in methods.items():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert operation["security"] == [{"Token": []}, {"Session": []}]
            assert {"401", "403", "404", "422"} <= set(operation["responses"])
            if method != "get":
                assert "409" in operation["responses"]
            for parameter in operation["parameters"]:
                assert parameter["in"] != "path" or parameter["required"]
    assert len(names) == len(set(names))


def test_every_operation_is_behind_the_door(description):
    for path, methods in description["paths"].items():
        address = path.replace("{city}", "x").replace("{plan}", "x")
        address = re.sub(r"\{\w+\}", "0192e4a0-0000-7000-8000-000000000000", address)
        for method in methods:
            answer = Client().generic(method.upper(), address, "{}", "application/json")
            assert answer.status_code == 401, (method, path)


def test_the_description_is_made_once(django_assert_num_queries, db):
    assert api.get_openapi_schema() is api.get_openapi_schema()
