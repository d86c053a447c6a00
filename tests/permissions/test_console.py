"""The console: every list and page, every role, own objects and another event's."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.apps import apps

from echoroom.api.models import IdempotencyRecord
from echoroom.events.tests.console import console_of, rows_of
from tests.permissions.console_matrix import LEADS_ON, LISTS, ORGANISERS, OWN_PAGES, PAGES, SITE_PAGES
from tests.permissions.console_scene import ADMINS, ConsoleScene, make_console_scene
from tests.permissions.knocking import Knock, of_actions, of_lists, of_pages, went_wrong
from tests.permissions.outcomes import LOGIN, told, undone
from tests.permissions.people import ROLES, STAFF


@pytest.fixture
def scene(db: None) -> ConsoleScene:
    return make_console_scene()


def test_every_list_has_its_rights():
    assert set(LISTS) == set(ADMINS), "Say in tests/permissions/console_matrix.py who may do what in this list."


# Whom one would rather not meet is nobody else's to read.
WITHOUT_A_LIST = {"matching.Block"}


def test_every_model_has_a_list():
    parts = ("echoroom.", "rooms", "matching", "voice", "badges", "monitoring")
    ours = {model._meta.label for model in apps.get_models() if model._meta.app_config.name.startswith(parts)}
    assert ours - {model_admin.model._meta.label for model_admin in ADMINS.values()} == WITHOUT_A_LIST


def test_of_a_repeatable_request_it_is_told_that_it_was_answered_and_nothing_else(scene):
    kept = IdempotencyRecord.objects.create(
        person_id=uuid4(), route="POST /api/vote", key="my-key", body_hash="my-hash", status=201, body=b"my-body"
    )
    for page in ("", f"{kept.pk}/change/", f"{kept.pk}/history/"):
        text = scene.people.browser("admin").get(f"/admin/api/idempotencyrecord/{page}").content.decode()
        assert "201" in text
        for secret in (str(kept.person_id), "api/vote", "my-key", "my-hash", "my-body"):
            assert secret not in text, (page, secret)


def test_every_action_of_a_list_is_known():
    for name, model_admin in ADMINS.items():
        declared = {getattr(action, "__name__", action) for action in model_admin.actions or []}
        deletable = {"delete_selected"} if getattr(model_admin, "can_delete", False) else set()
        assert declared | deletable == set(LISTS[name].actions.split()), name


# One scene for all lists: building it takes longer than looking at it. A test of its own for each page, so that two
# processes can share them.
@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_every_list_are_open_to_whom_they_should_be(scene, page):
    wrong = went_wrong(scene, of_lists(scene, [page]))
    assert not wrong, told(wrong)


def test_the_actions_of_every_list_are_open_to_whom_they_should_be_and_reach_no_foreign_object(scene):
    wrong = went_wrong(scene, of_actions(scene))
    assert not wrong, told(wrong)


def test_the_pages_that_only_one_list_has(scene):
    wrong = went_wrong(scene, of_pages(scene, OWN_PAGES))
    assert not wrong, told(wrong)


def test_the_pages_of_the_site(scene):
    wrong = went_wrong(scene, of_pages(scene, SITE_PAGES))
    assert not wrong, told(wrong)


def test_an_objects_bare_address_leads_all_staff_on_and_tells_nothing(scene):
    knocks = [
        Knock(
            role, "GET", f"/admin/{name}/no-such-object/", "302" if role in STAFF else LOGIN, f"admin/{name}/{LEADS_ON}"
        )
        for name in LISTS
        for role in ROLES
    ]
    wrong = went_wrong(scene, knocks)
    assert not wrong, told(wrong)


def test_a_list_shows_an_organiser_the_rows_of_their_own_event_and_no_other(scene):
    for name in (name for name, rights in LISTS.items() if rights.organisers):
        for role in ORGANISERS:
            rows = rows_of(console_of(scene.people.staff[role]).get(f"/admin/{name}/"))
            assert scene.object_of(name, scene.whose(role, own=True)) in rows, (name, role)
            assert scene.object_of(name, scene.whose(role, own=False)) not in rows, (name, role)


def test_methods_that_no_page_has_write_nothing(scene):
    """The console answers PUT like a visit; it must not take it for a form."""
    paths = {knock.path for knock in (*of_lists(scene), *of_pages(scene, OWN_PAGES)) if knock.role == "super_admin"}
    for method in ("PUT", "PATCH", "DELETE"):
        for path in paths:
            with undone() as written:
                scene.people.browser("super_admin").generic(method, path, "confirmed=yes&post=yes")
            assert not written, (method, path)


def test_a_form_without_the_csrf_token_writes_nothing(scene):
    knocks = [*of_actions(scene), *of_pages(scene, OWN_PAGES), *of_lists(scene)]
    for knock in (knock for knock in knocks if knock.method == "POST" and knock.role in STAFF):
        with undone() as written:
            answer = scene.people.browser(knock.role, checks_csrf=True).post(knock.path, knock.data)
        assert (answer.status_code, written) == (403, []), knock
