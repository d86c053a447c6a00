from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from echoroom import audit
from echoroom.events.countries import COUNTRIES, LANGUAGES
from echoroom.events.domain_events import ParticipantRenamed
from echoroom.events.models import BOT_MARK, PRIVATE_FIELDS, PUBLIC_FIELDS, Participant
from echoroom.outbox import publish
from echoroom.refusals import Invalid, NotAuthenticated
from echoroom.viewer import Viewer

SHOWN_IN_LINES = ("name", "organisation", "occupation")
# Embeddings, overrides and isolates of the Unicode Bidirectional Algorithm (UAX #9).
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@transaction.atomic
def update_profile(*, by: Viewer, changes: Mapping[str, Any], consent: bool = False) -> Participant:
    """Change the named fields of one's own profile.

    Raises `Invalid` with a sentence per field, and `NotAuthenticated` for who was erased.
    """
    participant = Participant.objects.select_for_update(of=("self",)).select_related("event").get(pk=by.seat_id)
    if participant.is_erased:
        # Whoever was let in before their devices were gone must not write themselves back.
        raise NotAuthenticated
    name = participant.name
    for field in PUBLIC_FIELDS + PRIVATE_FIELDS:
        if field in changes:
            setattr(participant, field, _straight(field, changes[field]))
    _check(participant, changes)
    if consent and participant.consented_at is None:
        participant.consented_at = timezone.now()
        audit.record("participant.consented", by=by, target=participant, event_id=participant.event_id)
    participant.save()
    if name and name != participant.name:
        publish(ParticipantRenamed(participant_id=participant.pk))
    return participant


def _straight(field: str, value: Any) -> Any:
    """Without the marks that write a text backwards: whoever is read from a list must be read as they are called.

    Hebrew and Arabic need none of them, and the marks of a single place (U+200E, U+200F) may stay.
    """
    return TURNING.sub("", value) if field in SHOWN_IN_LINES and isinstance(value, str) else value


def _check(participant: Participant, changes: Mapping[str, Any]) -> None:
    errors: dict[str, list[str]] = {}
    try:
        participant.clean_fields(exclude={f.name for f in Participant._meta.fields} - set(changes))
    except ValidationError as error:
        errors.update({field: list(messages) for field, messages in error.message_dict.items()})
    if "name" in changes and not participant.name.strip():
        errors["name"] = ["Your team needs a name for you."]
    if "name" in changes and _looks_like_a_bot(participant.name):
        errors["name"] = ["Only practice bots are called so. Leave the mark away."]
    if participant.country and participant.country not in COUNTRIES:
        errors["country"] = ["Choose a country from the list."]
    for field, allowed in (("interests", None), ("languages", LANGUAGES)):
        if field in changes and (message := _list_problem(changes[field], allowed)):
            errors[field] = [message]
    if errors:
        raise Invalid(errors=errors)


def _looks_like_a_bot(name: str) -> bool:
    """The name is what marks a bot in lists and texts: nobody else may carry the mark."""
    return unicodedata.normalize("NFKC", name).casefold().rstrip().endswith(BOT_MARK.strip())


def _list_problem(values: Any, allowed: Mapping[str, str] | None) -> str:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return "Give a list of words."
    if len(values) > 10 or any(len(value) > 40 or not value.strip() for value in values):
        return "At most ten, each of 1 to 40 characters."
    if len(set(values)) != len(values):
        return "Each only once."
    if allowed is not None and (unknown := [value for value in values if value not in allowed]):
        return f"{unknown[0]} is not in the list."
    return ""
