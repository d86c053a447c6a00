from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st

from echoroom.api.errors import BodyTooLarge, Malformed
from echoroom.api.models import ApiKey
from echoroom.api.parsers import MAX_BYTES, MAX_DEPTH, StrictJSONParser, parse_json, parse_request
from echoroom.api.renderers import OrjsonRenderer, to_json

pytestmark = pytest.mark.urls("echoroom.api.tests.urls")
VOTE = {"option": "A", "justification": " Because. ", "decision": 1}


def post(client: Client, body: bytes | dict, content_type: str = "application/json", to: str = "/api/echo"):
    return client.post(to, body if isinstance(body, bytes) else orjson.dumps(body), content_type=content_type)


def test_an_object_is_read_and_an_empty_body_is_an_empty_object(client):
    assert post(client, {"a": [1, "ä"]}).json() == {"a": [1, "ä"]}
    assert post(client, b"").json() == {}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": ["x", {"b": "\\u0000"}]}',
        b'{"a": 1e999}',
        b'{"a": 123456789012345678901234567890123}x',
        b'{"a": ' + b"[" * 20 + b"]" * 20 + b"}",
        b'{"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'\xef\xbb\xbf{"a": 1}',
    ],
    ids=range(18),
)
def test_what_is_not_plain_json_is_malformed(client, body):
    response = post(client, body)
    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_the_deepest_allowed_body_is_read():
    body = b'{"a": ' + b"[" * (MAX_DEPTH - 1) + b"]" * (MAX_DEPTH - 1) + b"}"
    assert "a" in parse_json(body)


def test_many_brackets_side_by_side_are_not_deep():
    assert len(parse_json(b'{"a": [' + b",".join([b"[]"] * 100) + b"]}")["a"]) == 100


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert parse_json(rb'{"a": "\\u0000"}') == {"a": "\\u0000"}


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.text(), st.lists, max_leaves=5)))
def test_whatever_comes_is_read_or_refused_and_never_holds_a_nul(data):
    try:
        read = parse_json(orjson.dumps(data) if _encodable(data) else b"")
    except Malformed:
        return
    assert read == data
    assert "\0" not in str(read)


def _encodable(data: object) -> bool:
    try:
        orjson.dumps(data)
    except TypeError:
        return False
    return True


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read(client, content_type):
    response = client.generic("POST", "/api/echo", b'{"a": 1}', content_type=content_type)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_a_charset_in_the_content_type_does_no_harm(client):
    assert post(client, {"a": 1}, "application/json; charset=utf-8").json() == {"a": 1}


def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(client):
    body = b'{"a": "' + b"x" * (MAX_BYTES - 9) + b'"}'
    assert len(body) == MAX_BYTES
    assert post(client, body).status_code == 200
    response = post(client, body + b" ")
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


class Untouchable(io.BytesIO):
    def read(self, *args):
        raise AssertionError("the body was read")


def request(stream: io.BytesIO, **environ: str) -> WSGIRequest:
    return WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "wsgi.input": stream,
            "CONTENT_TYPE": "application/json",
            **environ,
        }
    )


def test_a_large_body_is_refused_without_reading_it():
    with pytest.raises(BodyTooLarge):
        parse_request(request(Untouchable(), CONTENT_LENGTH=str(1024 * 1024)))


def test_a_body_can_be_read_again_by_whoever_comes_next():
    read = request(io.BytesIO(b'{"a": 1}'), CONTENT_LENGTH="8")
    assert parse_request(read) == {"a": 1}
    assert read.body == b'{"a": 1}'
    assert parse_request(read) == {"a": 1}


@pytest.mark.parametrize("length", ["", "many", "-1"])
def test_a_senseless_content_length_is_no_error(length):
    assert parse_request(request(io.BytesIO(b""), CONTENT_LENGTH=length)) == {}


def test_the_parser_for_other_views_has_the_same_rules():
    parser = StrictJSONParser()
    assert parser.parse(io.BytesIO(b'{"a": 1}')) == {"a": 1}
    with pytest.raises(BodyTooLarge):
        parser.parse(io.BytesIO(b" " * (MAX_BYTES + 1)))
    with pytest.raises(Malformed):
        parser.parse(io.BytesIO(b"[]"))


def test_a_valid_vote_is_trimmed(client):
    assert post(client, VOTE, to="/api/votes").json() == {**VOTE, "justification": "Because."}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("justification", 5),
        ("justification", True),
        ("justification", ["a"]),
        ("justification", None),
        ("justification", "   "),
        ("justification", "x" * 41),
        ("decision", "1"),
        ("decision", True),
        ("decision", 1.0),
        ("decision", 0),
        ("decision", 2**31),
        ("decision", 2**63),
        ("option", "C"),
        ("option", 1),
        ("option", ["A"]),
        ("option", {"A": 1}),
        ("option", "x" * 5_000),
        ("final", "true"),
        ("final", 1),
        ("final", [1]),
        ("room", 5),
        ("room", "K7QX"),
        ("weight", "1.5"),
        ("weight", True),
        ("email", "ada"),
        ("email", 5),
    ],
    ids=str,
)
def test_nothing_is_coerced(client, field, value):
    response = post(client, {**VOTE, field: value}, to="/api/votes")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert len(response.content) < 1_000


def test_unknown_fields_are_refused_by_name(client):
    response = post(client, {**VOTE, "is_admin": True, "x": 1}, to="/api/votes")
    assert response.json()["errors"] == {"is_admin": ["Unknown field."], "x": ["Unknown field."]}


def test_missing_fields_are_named(client):
    response = post(client, {"option": "A"}, to="/api/votes")
    assert list(response.json()["errors"]) == ["justification", "decision"]


def test_the_shared_serializer_remembers_nothing(client):
    assert post(client, {**VOTE, "final": True}, to="/api/votes").json()["final"] is True
    assert "final" not in post(client, VOTE, to="/api/votes").json()


def test_answers_render_what_django_holds():
    made = uuid.uuid4()
    rendered = orjson.loads(
        to_json(
            {
                "id": made,
                "at": datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
                "local": datetime(2026, 3, 1, 12, 30, tzinfo=timezone(timedelta(hours=2))),
                "scope": ApiKey.Scope.QUEUE_READ,
                "lazy": lazystr("text"),
                "price": Decimal("1.50"),
                "set": {1},
            }
        )
    )
    assert rendered == {
        "id": str(made),
        "at": "2026-03-01T12:30:00Z",
        "local": "2026-03-01T12:30:00+02:00",
        "scope": "queue:read",
        "lazy": "text",
        "price": "1.50",
        "set": [1],
    }
    assert OrjsonRenderer().render(None) == b""
    with pytest.raises(TypeError):
        to_json({"a": object()})
