from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.utils import timezone

from echoroom.api.admin import ApiKeyAdmin
from echoroom.api.models import ApiKey
from echoroom.api.services import create_api_key, revoke_api_key, use_api_key
from echoroom.audit.models import AuditEntry
from echoroom.refusals import Invalid

pytestmark = [pytest.mark.urls("echoroom.api.tests.urls"), pytest.mark.django_db]


@dataclass
class Ada:
    pk: uuid.UUID = field(default_factory=uuid.uuid4)
    is_staff: bool = True
    is_active: bool = True
    is_superuser: bool = True


@pytest.fixture
def ada() -> Ada:
    return Ada()


def make(ada: Ada, *scopes: str, **more):
    return create_api_key(by=ada, name="Wall display", scopes=scopes or ["artifacts:read"], **more)


def read(client, secret: str, path: str = "/api/artifacts/1"):
    return client.get(path, headers={"Authorization": f"Api-Key {secret}"})


def test_a_key_reads_what_its_scope_names_and_knows_its_event(client, ada):
    event_id = uuid.uuid4()
    _, secret = make(ada, event_id=event_id)
    response = read(client, secret)
    assert (response.status_code, response.json()) == (200, {"event": str(event_id)})


def test_a_key_with_another_scope_is_refused(client, ada):
    _, secret = make(ada, "queue:read")
    assert read(client, secret).status_code == 403


def test_a_key_is_nobodys_session(client, ada):
    _, secret = make(ada, *ApiKey.Scope.values)
    assert read(client, secret, "/api/members").status_code == 403


def test_a_person_may_read_the_same_view(client):
    assert client.get("/api/artifacts/1", headers={"Authorization": f"Seat {uuid.uuid4()}"}).status_code == 200


@pytest.mark.parametrize("secret", ["er_wrong", "x", "é"])
def test_an_unknown_key_is_refused(client, secret):
    assert read(client, secret).status_code == 401


def test_the_secret_is_stored_nowhere(ada):
    key, secret = make(ada)
    assert secret not in str(ApiKey.objects.values().get())
    assert secret not in str(list(AuditEntry.objects.values()))
    assert secret.startswith(key.prefix)
    assert len(secret) > 40


def test_a_revoked_key_is_refused_and_revoking_twice_is_recorded_once(client, ada):
    key, secret = make(ada)
    assert revoke_api_key(by=ada, key=key)
    assert not revoke_api_key(by=ada, key=key)
    assert read(client, secret).status_code == 401
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["api_key.revoked", "api_key.created"]
    assert not key.is_usable


def test_an_expired_key_is_refused(client, ada):
    key, secret = make(ada, expires_at=timezone.now() + timedelta(hours=1))
    assert read(client, secret).status_code == 200
    ApiKey.objects.update(expires_at=timezone.now())
    assert read(client, secret).status_code == 401
    key.refresh_from_db()
    assert not key.is_usable


@pytest.mark.parametrize("scopes", [[], ["votes:read"], ["artifacts:read", "*"]])
def test_only_known_scopes_can_be_given(ada, scopes):
    with pytest.raises(Invalid):
        create_api_key(by=ada, name="x", scopes=scopes)


def test_its_use_is_noted_once_a_minute(ada, django_assert_num_queries):
    _, secret = make(ada)
    with django_assert_num_queries(2):
        use_api_key(secret=secret)
    with django_assert_num_queries(1):
        use_api_key(secret=secret)


class TestAdmin:
    @pytest.fixture
    def page(self) -> ApiKeyAdmin:
        return ApiKeyAdmin(ApiKey, admin.site)

    @pytest.fixture
    def request_by(self):
        def make_request(user: Ada, data: dict | None = None):
            request = RequestFactory().post("/admin/", data or {})
            request.user = user  # type: ignore[assignment]
            request.session = {}  # type: ignore[assignment]
            request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
            return request

        return make_request

    def test_a_new_key_shows_its_secret_once(self, page, request_by, ada):
        request = request_by(ada, {"name": "Wall", "scopes": ["queue:read", "artifacts:read"]})
        form = page.get_form(request)(request.POST)
        assert form.is_valid(), form.errors
        made = form.save(commit=False)
        page.save_model(request, made, form, change=False)
        secret = str(next(iter(get_messages(request)))).rpartition(" ")[2]
        key = ApiKey.objects.get()
        assert (made.pk, key.scopes, key.created_by_id) == (key.pk, ["artifacts:read", "queue:read"], ada.pk)
        found = use_api_key(secret=secret)
        assert found == key

    def test_the_action_revokes(self, page, request_by, ada):
        make(ada)
        page.revoke(request_by(ada), ApiKey.objects.all())
        assert not ApiKey.objects.filter(revoked_at=None).exists()

    def test_it_is_for_superusers_and_a_key_never_changes(self, page, request_by, ada):
        key, _ = make(ada)
        request = request_by(ada)
        assert page.has_add_permission(request)
        assert page.has_module_permission(request)
        assert not page.has_change_permission(request, key)
        assert not page.has_delete_permission(request, key)
        ada.is_superuser = False
        assert not page.has_view_permission(request)
        assert not page.has_add_permission(request)

    @pytest.mark.parametrize(("chosen", "found"), [("yes", 1), ("revoked", 1), (None, 2)])
    def test_the_filter_tells_usable_from_revoked(self, page, request_by, ada, chosen, found):
        from echoroom.api.admin import UsableFilter

        make(ada)
        revoke_api_key(by=ada, key=make(ada)[0])
        params = {} if chosen is None else {"usable": [chosen]}
        chosen_filter = UsableFilter(request_by(ada), params, ApiKey, page)
        assert chosen_filter.queryset(request_by(ada), ApiKey.objects.all()).count() == found
