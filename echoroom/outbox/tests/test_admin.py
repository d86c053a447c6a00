from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from echoroom.outbox.models import Delivery

pytestmark = pytest.mark.django_db
LIST = "admin:outbox_delivery_changelist"


def signed_in(client, user_model, role):
    person = user_model(email=f"{role}@example.org", role=role)
    person.set_password("of a test")
    person.save()
    client.force_login(person)
    return client


@pytest.fixture
def admin_client(client, django_user_model):
    return signed_in(client, django_user_model, "super_admin")


@pytest.fixture
def rows():
    past = timezone.now()
    return {
        "owed": Delivery.objects.create(receiver="badges.receivers.award", payload={}),
        "overdue": Delivery.objects.create(receiver="voice.receivers.open", payload={}, due_at=past),
        "parked": Delivery.objects.create(receiver="rooms.receivers.draw", payload={}, parked_at=past, attempts=8),
        "delivered": Delivery.objects.create(receiver="badges.receivers.done", payload={}, delivered_at=past),
    }


@pytest.mark.parametrize(
    ("state", "shown"), [("owed", {"owed", "overdue"}), ("overdue", {"overdue"}), ("parked", {"parked"})]
)
def test_the_list_answers_the_questions_of_on_call(admin_client, rows, state, shown):
    page = admin_client.get(reverse(LIST), {"state": state})
    assert set(page.context["cl"].queryset) == {rows[name] for name in shown}


def test_deliveries_are_found_by_receiver(admin_client, rows):
    page = admin_client.get(reverse(LIST), {"q": "rooms.receivers"})
    assert list(page.context["cl"].queryset) == [rows["parked"]]


def test_parked_deliveries_are_retried_from_the_list(admin_client, rows):
    chosen = {"action": "retry_parked", "_selected_action": [row.pk for row in rows.values()]}
    page = admin_client.post(reverse(LIST), chosen, follow=True)
    assert "1 parked deliveries are being tried again." in page.content.decode()
    assert not Delivery.objects.parked().exists()
    assert Delivery.objects.delivered().get() == rows["delivered"]
    assert LogEntry.objects.get().object_repr == f"Delivery {rows['parked'].pk}"


def test_history_cannot_be_edited(admin_client, rows):
    change = reverse("admin:outbox_delivery_change", args=[rows["owed"].pk])
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, {"receiver": "x"}).status_code == 403
    assert admin_client.get(reverse("admin:outbox_delivery_add")).status_code == 403


def test_staff_without_the_right_see_nothing(client, django_user_model, rows):
    signed_in(client, django_user_model, "organiser")
    assert client.get(reverse(LIST)).status_code == 403
