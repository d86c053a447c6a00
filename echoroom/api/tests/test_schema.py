from __future__ import annotations

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("echoroom.api.tests.urls")


@pytest.fixture
def schema(settings) -> dict:
    response = Client().get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert response.status_code == 200
    found: dict = json.loads(response.content)
    return found


def test_every_operation_documents_its_problems(schema):
    assert schema["components"]["schemas"]["Problem"]["required"]
    for item in schema["paths"].values():
        for operation in item.values():
            content = operation["responses"]["default"]["content"]
            assert list(content) == ["application/problem+json"]
            assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_writes_document_the_idempotency_key(schema):
    entries = schema["paths"]["/api/entries"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in entries["post"]["parameters"]]
    assert "Idempotency-Key" not in [parameter["name"] for parameter in entries["get"].get("parameters", [])]
    assert "422" in entries["post"]["responses"]


def test_the_ways_to_authenticate_are_named(schema, settings):
    schemes = schema["components"]["securitySchemes"]
    assert set(schemes) == {"seat", "session", "apiKey"}
    assert schemes["session"]["name"] == settings.SESSION_COOKIE_NAME
    assert schema["paths"]["/api/entries"]["post"]["security"] == [{"seat": []}, {"session": []}]
    assert {"apiKey": []} in schema["paths"]["/api/artifacts/{id}"]["get"]["security"]


def test_the_schema_is_valid_openapi(schema):
    from drf_spectacular.validation import validate_schema

    validate_schema(schema)
