from __future__ import annotations

import pytest
from django.contrib.auth import authenticate

from echoroom.accounts.errors import EmailTaken, WeakPassword
from echoroom.accounts.models import User
from echoroom.accounts.services import create_guest, create_staff
from echoroom.accounts.tests.factories import StaffFactory, UserFactory
from echoroom.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
GOOD = "seven bridges at dawn"
Role = User.Role


def make(email: str = "ada@example.org", password: str = GOOD, role: User.Role = Role.ORGANISER) -> User:
    return create_staff(by=None, email=email, name="Ada", password=password, role=role)


def test_staff_sign_in_by_e_mail():
    ada = make(" Ada@Example.org ")
    assert ada.email == "ada@example.org"
    assert authenticate(None, username="ADA@example.org", password=GOOD) == ada
    assert authenticate(None, username="ada@example.org", password="another one entirely") is None


@pytest.mark.parametrize("password", ["", "short", "password1234", "123456789012345", "ada@example.org"])
def test_a_weak_password_is_refused_with_a_sentence(password: str):
    with pytest.raises(WeakPassword) as refused:
        make(password=password)
    assert refused.value.detail.endswith(".")
    assert not User.objects.exists()


def test_an_e_mail_address_belongs_to_one_person():
    make()
    with pytest.raises(EmailTaken):
        make("ADA@EXAMPLE.ORG")
    assert User.objects.count() == 1


def test_making_staff_is_in_the_journal_without_name_or_address():
    ada = make()
    entry = AuditEntry.objects.get(action="staff.created")
    assert entry.target_id == str(ada.pk)
    assert "ada@" not in str(entry.ids).lower()


@pytest.mark.parametrize(
    ("role", "is_staff", "is_organiser", "is_superuser"),
    [
        (Role.PLAYER, False, False, False),
        (Role.ON_CALL, True, False, False),
        (Role.ORGANISER, True, True, False),
        (Role.ADMIN, True, True, True),
        (Role.SUPER_ADMIN, True, True, True),
    ],
)
def test_each_role_has_its_rights(role: User.Role, is_staff: bool, is_organiser: bool, is_superuser: bool):
    user = StaffFactory.create(role=role)
    assert (user.is_staff, user.is_organiser, user.is_superuser) == (is_staff, is_organiser, is_superuser)
    assert user.has_module_perms("rooms") == is_organiser


def test_who_was_switched_off_has_no_rights():
    admin = StaffFactory.create(role=Role.ADMIN, is_active=False)
    assert not admin.is_superuser
    assert not admin.is_organiser
    assert not admin.has_perm("rooms.view_room")
    assert authenticate(None, username=admin.email, password="a long enough password") is None


def test_only_super_admins_change_accounts():
    admin, chief = StaffFactory.create(role=Role.ADMIN), StaffFactory.create(role=Role.SUPER_ADMIN)
    assert admin.has_perm("accounts.view_user")
    assert not admin.has_perm("accounts.change_user")
    assert chief.has_perm("accounts.change_user")
    assert not StaffFactory.create().has_perm("accounts.view_user")


def test_a_guest_has_no_e_mail_and_cannot_sign_in():
    guest = create_guest(by=None, name="Guest")
    assert (guest.email, guest.is_staff, guest.has_usable_password()) == (None, False, False)


def test_any_number_of_guests_have_no_e_mail():
    UserFactory.create_batch(3)
    assert User.objects.filter(email=None).count() == 3
