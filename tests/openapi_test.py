"""The API's description: valid, whole, and served from our own host."""

import re

import pytest
from openapi_spec_validator import validate


@pytest.fixture
def document(client):
    return client.get("/api/openapi.json").json


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "patch", "put", "delete"):
                yield f"{method.upper()} {path}", operation


def test_it_is_valid_openapi_3(document):
    assert document["openapi"].startswith("3.")
    validate(document)


def test_every_operation_has_a_summary_and_its_statuses(document):
    for name, operation in operations(document):
        assert operation["summary"], name
        codes = set(operation["responses"])
        assert any(code.startswith("2") for code in codes), name
        if "requestBody" in operation:
            assert codes >= {"400", "413", "415", "422"}, name
        if operation.get("security"):
            assert "401" in codes, name


def test_every_body_shows_an_example(document):
    for schema in ("Register", "Login", "Chat", "Question", "Recommend"):
        properties = document["components"]["schemas"][schema]["properties"].values()
        assert any("example" in field for field in properties), schema


def test_guarded_operations_can_be_authorized(document):
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    guarded = {name for name, operation in operations(document) if operation.get("security")}
    assert "POST /api/chatbot/chat" in guarded
    assert "POST /api/instruments" in guarded
    assert "GET /api/instruments" not in guarded


def test_the_page_loads_nothing_from_elsewhere(client):
    page = client.get("/api/docs").text
    sources = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert sources
    for source in sources:
        assert source.startswith("/api/docs/files/"), source
        with client.get(source) as answer:
            assert answer.status_code == 200
    assert "validator.swagger.io" not in page
