"""The API's description is made once, however often and in whatever format it is asked for."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from echoroom import limits
from echoroom.api import schema_view
from echoroom.limits.scopes import SCOPES

JSON = {"Accept": "application/json"}


@pytest.fixture
def made(monkeypatch) -> list[object]:
    """One entry for each time that it was made."""
    times, make = [], SchemaGenerator.get_schema

    def get_schema(self, *args, **kwargs):
        times.append(self)
        return make(self, *args, **kwargs)

    monkeypatch.setattr(SchemaGenerator, "get_schema", get_schema)
    schema_view._made.cache_clear()
    schema_view._described.cache_clear()
    return times


def test_many_who_ask_at_once_have_it_made_once(made):
    asked = [{}, JSON, {"Accept": "application/vnd.oai.openapi"}, {"Accept": "*/*"}] * 3
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda headers: Client().get("/api/schema", headers=headers), asked))
    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1
    assert json.loads(answers[1].content)["paths"].keys() == yaml.safe_load(answers[0].content)["paths"].keys()
    assert "/api/vote" in json.loads(answers[1].content)["paths"]


def test_who_has_it_is_not_sent_it_again():
    first = Client().get("/api/schema", headers=JSON)
    again = Client().get("/api/schema", headers={**JSON, "If-None-Match": f"W/{first['ETag']}"})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    other = Client().get("/api/schema", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200
    assert other["Content-Type"].startswith("application/vnd.oai.openapi")


def test_a_format_that_there_is_not_is_refused_by_name():
    answer = Client().get("/api/schema", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_it_has_a_limit():
    for _ in range(SCOPES["schema"].item.amount):
        limits.check("schema", "127.0.0.1")
    answer = Client().head("/api/schema")
    assert (answer.status_code, "Retry-After" in answer) == (429, True)
