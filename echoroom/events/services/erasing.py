"""A person of an event is erased: who they were goes, what their team did stays."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.accounts.services import erase_guest
from echoroom.api.services import forget_answers
from echoroom.events.domain_events import ParticipantErased
from echoroom.events.errors import PersonUnknown
from echoroom.events.models import FORMER_MEMBER, PRIVATE_FIELDS, PUBLIC_FIELDS, Participant
from echoroom.events.services.seats import forget_devices, forget_personal_link
from echoroom.outbox import publish


@transaction.atomic
def erase_participant(*, by: User, participant_id: UUID) -> bool:
    """Empty somebody's profile, sign them out for good and let every app forget them. False if that was done before.

    Raises `PersonUnknown` for whoever is not of an event of this organiser, and for practice bots.
    """
    people = Participant.objects.visible_to(by).filter(pk=participant_id, is_bot=False)
    if not people.exists():
        raise PersonUnknown
    # Before the person, as whoever opens it locks it.
    forget_personal_link(participant_id=participant_id)
    person = people.select_for_update(of=("self",)).get()
    if person.is_erased:
        return False
    nobody = Participant()
    for field in PUBLIC_FIELDS + PRIVATE_FIELDS:
        setattr(person, field, getattr(nobody, field))
    person.name, person.consented_at, person.code = FORMER_MEMBER, None, None
    person.erased_at = timezone.now()
    person.save()
    forget_devices(participant_id=person.pk)
    forget_answers(person_id=person.pk)
    # Two organisers may erase one account in two events at once.
    list(User.objects.select_for_update().filter(pk=person.user_id).values_list("pk"))
    others = Participant.objects.filter(user=person.user_id).exclude(pk=person.pk)
    if all(other.is_erased for other in others):
        erase_guest(by=by, user_id=person.user_id, name=FORMER_MEMBER)
    publish(ParticipantErased(participant_id=person.pk))
    audit.record("participant.erased", by=by, target=person, event_id=person.event_id)
    return True
