from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from echoroom.accounts.tests.factories import UserFactory
from echoroom.events.models import Event, EventCode, Participant


class EventFactory(DjangoModelFactory[Event]):
    class Meta:
        model = Event

    name = factory.Sequence(lambda n: f"Event {n}")


class EventCodeFactory(DjangoModelFactory[EventCode]):
    class Meta:
        model = EventCode

    event = factory.SubFactory(EventFactory)
    code = factory.Sequence(lambda n: f"CODE-{n}")


class ParticipantFactory(DjangoModelFactory[Participant]):
    """Somebody who has entered and filled in their profile."""

    class Meta:
        model = Participant

    event = factory.SubFactory(EventFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.SelfAttribute("user.name")
    consented_at = factory.LazyFunction(timezone.now)
