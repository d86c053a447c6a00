from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from echoroom import limits
from echoroom.api.authentication import SEAT_SCHEME, credentials
from echoroom.api.idempotency import Keeping
from echoroom.api.renderers import Answer
from echoroom.api.serializers import parse
from echoroom.api.views import ApiView, person_id
from echoroom.events.api.serializers import (
    MeSerializer,
    OwnProfileSerializer,
    PersonalLinkSerializer,
    ProfileSerializer,
    SeatSerializer,
    StartSerializer,
)
from echoroom.events.models import Participant
from echoroom.events.permissions import HasSeat, SeatRequest
from echoroom.events.secrets import hashed, nonce_of, repeatable_token
from echoroom.events.selectors import own_participant, own_profile
from echoroom.events.services import entry, profiles, seats
from echoroom.events.viewers import device_of

NOBODY = UUID(int=0)


class StartView(ApiView):
    """Enter an event, and get a token for the seat."""

    permission = AllowAny
    # Nobody is known yet: the key alone says whose answer it is that is repeated, so it must not be guessed.
    shortest_key = 16

    def repeats_for(self, request: Request) -> UUID | None:
        return person_id(request) or NOBODY

    def keeping(self, request: Request, key: str) -> Keeping:
        """Without the token, and under the key's hash: what is stored opens nothing.

        Refusals are not kept. They have no effect that could be doubled, and anybody could fill the table with them.
        """

        known = _known_token(request)

        def seal(body: bytes) -> bytes:
            answer = orjson.loads(body)
            return orjson.dumps({**answer, "token": "" if answer["token"] == known else nonce_of(answer["token"])})

        def unseal(body: bytes) -> bytes:
            answer = orjson.loads(body)
            nonce = answer["token"]
            return orjson.dumps({**answer, "token": repeatable_token(key=key, nonce=nonce) if nonce else known})

        return Keeping(hashed(key), seal=seal, unseal=unseal, refusals=False)

    @extend_schema(request=StartSerializer, responses={201: SeatSerializer, 200: SeatSerializer})
    def post(self, request: SeatRequest) -> Answer:
        given = parse(StartSerializer, request)
        if "code" in given:
            # The join link has no limit: three hundred people may stand behind one conference address.
            address = limits.client_address(request._request)
            limits.check("entry", address)
            entered = entry.enter_with_code(by=request.user, code=given["code"], address=address)
        else:
            entered = entry.enter_with_link(by=request.user, token=given["link"])
        participant = own_participant(viewer=seats.seat_of(entered.participant))
        known = _known_token(request)
        if known and not entered.is_new:
            token = known
        else:
            key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
            token = seats.issue_token(by=seats.seat_of(participant), repeatable_with=key)
        answer = {**_me(participant), "token": token, "is_new": entered.is_new}
        return Answer(answer, status=201 if entered.is_new else 200)


class MeView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(responses=MeSerializer)
    def get(self, request: SeatRequest) -> dict[str, Any]:
        """Who I am, in which event."""
        return _me(own_participant(viewer=request.user))


class LogoutView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    idempotent = False
    without_body = ("POST",)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: SeatRequest) -> None:
        """End this device. The seat stays, and the personal link opens it again."""
        token = credentials(request, SEAT_SCHEME)
        seats.sign_out(by=request.user, device=hashed(token) if token else device_of(request._request))
        if not token:
            request._request.session.flush()


class ProfileView(ApiView):
    permission = HasSeat
    rate_scope = {"GET": "room_read", "PATCH": "write"}

    @extend_schema(responses=OwnProfileSerializer)
    def get(self, request: SeatRequest) -> dict[str, Any]:
        """My own profile, with its private parts."""
        return own_profile(own_participant(viewer=request.user))

    @extend_schema(request=ProfileSerializer, responses=OwnProfileSerializer)
    def patch(self, request: SeatRequest) -> dict[str, Any]:
        """Change the fields that are named."""
        changes = parse(ProfileSerializer, request)
        consent = changes.pop("consent", False)
        return own_profile(profiles.update_profile(by=request.user, changes=changes, consent=consent))


class PersonalLinkView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    idempotent = False  # the answer is a secret, which is never stored
    without_body = ("POST",)

    @extend_schema(request=None, responses={201: PersonalLinkSerializer})
    def post(self, request: SeatRequest) -> Answer:
        """A link that takes this seat over on another device. The one before stops working."""
        return Answer({"url": seats.make_personal_link(by=request.user)}, status=201)


def _known_token(request: Request) -> str:
    return credentials(request, SEAT_SCHEME) or ""


def _me(participant: Participant) -> dict[str, Any]:
    event = participant.event
    return {
        "participant": participant.pk,
        "event": {
            "id": event.pk,
            "name": event.name,
            "welcome": event.welcome,
            "time_zone": event.time_zone,
            "opens_at": event.opens_at,
            "closes_at": event.closes_at,
        },
        "profile": own_profile(participant),
    }
