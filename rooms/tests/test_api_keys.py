from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from echoroom.api.models import ApiKey
from echoroom.api.services import create_api_key
from echoroom.events.models import Event
from echoroom.events.tests.factories import EventFactory
from rooms.models import DecisionMap
from tests.cast import ApiClient, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def artifact(cast: Cast) -> str:
    made = DecisionMap.objects.create(room=cast.room(), document={"format": "x"}, digest="0" * 64)
    return f"/api/artifacts/{made.pk}"


def machine(cast: Cast, event: Event, *scopes: ApiKey.Scope) -> ApiClient:
    _, secret = create_api_key(
        by=cast.adam,
        name="Archive",
        scopes=list(scopes),
        event_id=event.pk,
        expires_at=timezone.now() + timedelta(days=1),
    )
    client = ApiClient()
    client.defaults["HTTP_AUTHORIZATION"] = f"Api-Key {secret}"
    return client


def test_a_machine_with_a_key_of_the_event_reads_its_maps(cast: Cast, artifact: str) -> None:
    answer = machine(cast, cast.event, ApiKey.Scope.ARTIFACTS_READ).get(artifact)
    assert (answer.status_code, answer.json()["document"]) == (200, {"format": "x"})


def test_a_key_of_another_event_finds_nothing(cast: Cast, artifact: str) -> None:
    assert machine(cast, EventFactory.create(), ApiKey.Scope.ARTIFACTS_READ).get(artifact).status_code == 404


def test_a_key_without_the_scope_is_refused(cast: Cast, artifact: str) -> None:
    assert machine(cast, cast.event, ApiKey.Scope.QUEUE_READ).get(artifact).status_code == 403
