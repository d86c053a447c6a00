"""Super-admins make staff; admins look; nobody takes their own rights away."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from echoroom.accounts.models import User
from echoroom.accounts.tests.factories import StaffFactory, UserFactory
from echoroom.audit.models import AuditEntry
from echoroom.events.tests.console import console_of, list_path, said

pytestmark = pytest.mark.django_db

GOOD = "seven quiet harbour lamps"


@pytest.fixture
def root():
    return StaffFactory.create(name="Root", role=User.Role.SUPER_ADMIN)


def page_of(user: User, page: str = "change") -> str:
    return reverse("admin:accounts_user_change", args=[user.pk]).replace("/change/", f"/{page}/")


def new_staff(**changes: str) -> dict[str, str]:
    return {
        "email": "Ada@Example.org",
        "name": "Ada",
        "role": "organiser",
        "password1": GOOD,
        "password2": GOOD,
        **changes,
    }


def test_a_super_admin_makes_an_organiser(root):
    console_of(root).post(reverse("admin:accounts_user_add"), new_staff())
    ada = User.objects.get(email="ada@example.org")
    assert ada.role == User.Role.ORGANISER
    assert ada.check_password(GOOD)
    assert AuditEntry.objects.filter(action="staff.created", actor_id=root.pk).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"password1": "password1234", "password2": "password1234"},
        {"password1": "short", "password2": "short"},
        {"password2": "another quiet lamp"},
        {"email": ""},
        {"role": "player"},
    ],
)
def test_what_does_not_do_is_said_on_the_form(root, changes):
    answer = console_of(root).post(reverse("admin:accounts_user_add"), new_staff(**changes))
    assert answer.status_code == 200
    assert User.objects.count() == 1


def test_an_address_that_is_taken_in_other_letters_is_refused(root):
    StaffFactory.create(email="ada@example.org")
    answer = console_of(root).post(reverse("admin:accounts_user_add"), new_staff(), follow=True)
    assert said(answer) == ["Somebody signs in with this e-mail address already."]


def test_an_admin_looks_and_changes_nothing():
    adam, ada = StaffFactory.create(role=User.Role.ADMIN), StaffFactory.create()
    console = console_of(adam)
    assert console.get(list_path("accounts_user")).status_code == 200
    assert console.get(reverse("admin:accounts_user_add")).status_code == 403
    assert console.post(page_of(ada), {"name": "X", "role": "admin", "is_active": "on"}).status_code == 403
    assert console.post(page_of(ada, "password"), {}).status_code == 403


def test_a_guest_is_changed_by_nobody(root):
    ben = UserFactory.create()
    console = console_of(root)
    assert console.get(page_of(ben)).status_code == 200
    assert console.post(page_of(ben), {"name": "X", "role": "admin", "is_active": "on"}).status_code == 403
    assert console.post(page_of(ben, "password"), {"new_password1": GOOD, "new_password2": GOOD}).status_code == 403


def test_staff_change_their_role_and_leave(root):
    ada = StaffFactory.create()
    console_of(root).post(page_of(ada), {"name": "Ada L.", "role": "on_call"})
    ada.refresh_from_db()
    assert (ada.name, ada.role, ada.is_active) == ("Ada L.", "on_call", False)
    assert AuditEntry.objects.filter(action="staff.changed").exists()


def test_nobody_takes_their_own_rights_away(root):
    answer = console_of(root).post(page_of(root), {"name": "Root", "role": "organiser", "is_active": "on"}, follow=True)
    root.refresh_from_db()
    assert root.role == User.Role.SUPER_ADMIN
    assert "cannot change your own role" in said(answer)[0]


def test_a_new_password_ends_the_old_ones_sessions(root):
    ada = StaffFactory.create()
    adas = console_of(ada)
    answer = console_of(root).post(
        page_of(ada, "password"), {"new_password1": GOOD, "new_password2": GOOD}, follow=True
    )
    assert "signs in with the new password" in said(answer)[0]
    assert adas.get("/admin/").status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(GOOD)


def test_a_weak_new_password_is_refused(root):
    ada = StaffFactory.create()
    answer = console_of(root).post(page_of(ada, "password"), {"new_password1": "12345678", "new_password2": "12345678"})
    assert answer.status_code == 200
    assert not AuditEntry.objects.filter(action="staff.password_set").exists()


class TestSignIn:
    def sign_in(self, client: Client, email: str, password: str = GOOD):
        return client.post("/admin/login/?next=/admin/", {"username": email, "password": password})

    @pytest.fixture
    def ada(self):
        ada = StaffFactory.create(email="ada@example.org")
        ada.set_password(GOOD)
        ada.save()
        return ada

    def test_an_address_is_the_same_in_capitals(self, client, ada):
        assert self.sign_in(client, "ADA@example.ORG").headers["Location"] == "/admin/"

    def test_after_ten_attempts_an_address_waits_even_with_the_right_password(self, client, ada):
        for _ in range(10):
            assert self.sign_in(client, "ada@example.org", "wrong").status_code == 200
        refused = self.sign_in(client, "ada@example.org")
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert "Too many sign-ins" in refused.content.decode()

    def test_another_address_is_not_held_up(self, client, ada):
        for _ in range(11):
            self.sign_in(client, "ada@example.org", "wrong")
        other = Client(REMOTE_ADDR="192.0.2.7")
        assert self.sign_in(other, "ada@example.org").status_code == 302

    def test_a_guest_and_somebody_switched_off_stay_out(self, client, ada):
        User.objects.filter(pk=ada.pk).update(is_active=False)
        assert self.sign_in(client, "ada@example.org").status_code == 200


def test_groups_have_no_list():
    assert not admin.site.is_registered(Group)
