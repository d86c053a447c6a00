"""What a machine's API key opens: the routes that name a scope, within the key's event, and nothing of a player's."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from echoroom.api.models import ApiKey
from echoroom.api.services import create_api_key, revoke_api_key
from tests.permissions.matrix import ROWS
from tests.permissions.outcomes import outcome, told, undone
from tests.permissions.people import ANYBODY
from tests.permissions.scene import Scene, make_scene
from tests.permissions.test_matrix import send

# Route → the scope that opens it.
OPENED = {
    "api/artifacts/<uuid:pk>": ApiKey.Scope.ARTIFACTS_READ,
    "api/artifacts/<uuid:pk>/export": ApiKey.Scope.ARTIFACTS_READ,
    "api/admin/queue-stats": ApiKey.Scope.QUEUE_READ,
}


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene("voting")


def machine(scene: Scene, *, event_id: UUID | None, scopes: list[str] | None = None) -> tuple[Client, ApiKey]:
    key, secret = create_api_key(
        by=scene.cast.adam, name="Screen", scopes=scopes or ApiKey.Scope.values, event_id=event_id
    )
    return Client(headers={"Authorization": f"Api-Key {secret}"}), key


def test_a_key_with_every_scope_opens_what_names_one_and_is_nobody_elsewhere(scene):
    client, _ = machine(scene, event_id=scene.cast.event.pk)
    wrong = {}
    for row in (row for row in ROWS if row.stage == "voting"):
        with undone() as written:
            found = outcome(send(client, row, scene))
        expected = "200" if row.route in OPENED else dict(row.expected())[ANYBODY]
        if found != expected:
            wrong[str(row)] = (expected, found, written)
    assert not wrong, told(wrong)


def test_every_scope_opens_something():
    assert set(OPENED.values()) == set(ApiKey.Scope)


@pytest.mark.parametrize("route", OPENED)
def test_a_key_opens_nothing_without_the_scope_or_of_another_event(scene, route):
    others = [scope for scope in ApiKey.Scope.values if scope != OPENED[route]]
    keys = {
        "without the scope": (scene.cast.event.pk, others, 403),
        "of another event": (scene.foreign_quest.event_id, None, 404),
        "of no event": (None, None, 404),
    }
    for what, (event_id, scopes, status) in keys.items():
        client, _ = machine(scene, event_id=event_id, scopes=scopes)
        assert client.get(scene.path(route)).status_code == status, what


def test_a_key_that_was_revoked_or_has_expired_opens_nothing(scene):
    client, key = machine(scene, event_id=scene.cast.event.pk)
    other, late = machine(scene, event_id=scene.cast.event.pk)
    revoke_api_key(by=scene.cast.adam, key=key)
    ApiKey.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for path in (scene.path(route) for route in OPENED):
        assert {client.get(path).status_code, other.get(path).status_code} == {401}
