"""A small API to try the frame on: no app is needed for it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request

from echoroom import audit, refusals
from echoroom.api import problem, serializers
from echoroom.api.authentication import SeatAuthentication, SessionAuthentication
from echoroom.api.keys import KeyAuthentication
from echoroom.api.models import ApiKey
from echoroom.api.pagination import paginate
from echoroom.api.permissions import AnyOf, HasScope
from echoroom.api.renderers import Answer
from echoroom.api.views import ApiView
from echoroom.audit.models import AuditEntry


@dataclass(frozen=True)
class Seat:
    participant_id: uuid.UUID
    is_authenticated: bool = True


class Seats(SeatAuthentication):
    """The token is the participant's id."""

    def holder(self, token: str) -> Seat | None:
        try:
            return Seat(uuid.UUID(token))
        except ValueError:
            return None


class Sessions(SessionAuthentication):
    """A browser whose seat is in a cookie."""

    def person(self, request: Request) -> Seat | None:
        seat = request.COOKIES.get("seat")
        return Seat(uuid.UUID(seat)) if seat else None


class RoomFull(refusals.Refusal):
    code = "room_full"
    title = "This room is full"
    detail = "All seats are taken."


RAISES = {
    "refusal": RoomFull(errors={"room": ["Choose another one."]}),
    "limited": refusals.RateLimited(retry_after=7),
    "validation": exceptions.ValidationError({"party": [{}, {"name": ["Too long."]}], "size": ["No."]}),
    "parse": exceptions.ParseError("secret detail"),
    "not_authenticated": exceptions.NotAuthenticated(),
    "denied": exceptions.PermissionDenied("Only the captain."),
    "csrf": exceptions.PermissionDenied("x", code="csrf_failed"),
    "missing": exceptions.NotFound("secret detail"),
    "not_acceptable": exceptions.NotAcceptable(),
    "media": exceptions.UnsupportedMediaType("text/csv"),
    "throttled": exceptions.Throttled(wait=2.2),
    "django_404": Http404("No Vote matches the given query."),
    "django_403": PermissionDenied("secret detail"),
    "suspicious": SuspiciousOperation("secret detail"),
    "database": OperationalError("secret detail"),
    "bug": ZeroDivisionError("secret detail"),
}


class Raising(ApiView):
    permission = AllowAny
    authentication_classes = []

    def get(self, request: Request, kind: str) -> Any:
        raise RAISES[kind]


class VoteInput(serializers.StrictSerializer):
    option = serializers.ChoiceField(choices=["A", "B"])
    justification = serializers.CharField(max_length=40)
    decision = serializers.IntegerField(min_value=1)
    final = serializers.BooleanField(required=False)
    room = serializers.UUIDField(required=False)
    weight = serializers.FloatField(required=False)
    email = serializers.EmailField(required=False)


class Votes(ApiView):
    permission = AllowAny
    authentication_classes = []

    @extend_schema(request=VoteInput, responses={200: VoteInput})
    def post(self, request: Request) -> Any:
        return serializers.parse(VoteInput, request)


class Echo(ApiView):
    permission = AllowAny
    authentication_classes = [Seats]

    def get(self, request: Request) -> Any:
        return None

    def post(self, request: Request) -> Any:
        return request.data


class Limited(ApiView):
    permission = AllowAny
    authentication_classes = [Seats]
    rate_scope = {"POST": "queue_join"}

    def get(self, request: Request) -> Any:
        return {}

    def post(self, request: Request) -> Any:
        return {}


class EntryInput(serializers.StrictSerializer):
    action = serializers.CharField(default="room.closed")
    then = serializers.CharField(default="")
    wait = serializers.FloatField(default=0.0)


class Entries(ApiView):
    """Its effect is one line of the journal, so that a test can count effects."""

    permission = IsAuthenticated
    authentication_classes = [Seats, Sessions]

    @extend_schema(request=EntryInput, responses={201: EntryInput})
    def post(self, request: Request) -> Any:
        given = serializers.parse(EntryInput, request)
        with transaction.atomic():
            entry = audit.record(given["action"], by=request.user)
        time.sleep(given["wait"])
        if given["then"] in RAISES:
            raise RAISES[given["then"]]
        return Answer({"id": entry.pk, "action": entry.action}, status=201, headers={"Location": f"/{entry.pk}"})

    @extend_schema(responses={200: EntryInput(many=True)})
    def get(self, request: Request) -> Any:
        return paginate(AuditEntry.objects.all(), request, ordering=["-at", "-id"], represent=lambda entry: entry.pk)


class Artifacts(ApiView):
    permission = AnyOf(IsAuthenticated, HasScope(ApiKey.Scope.ARTIFACTS_READ))
    authentication_classes = [Seats, KeyAuthentication]

    @extend_schema(responses={200: VoteInput})
    def get(self, request: Request, pk: str) -> Any:
        return {"event": getattr(request.auth, "event_id", None)}


class Members(ApiView):
    permission = IsAuthenticated
    authentication_classes = [Seats, Sessions, KeyAuthentication]

    def get(self, request: Request) -> Any:
        return {}


def raising_page(request: HttpRequest, kind: str) -> HttpResponse:
    raise RAISES[kind]


urlpatterns = [
    path("api/raise/<kind>", Raising.as_view()),
    path("api/votes", Votes.as_view()),
    path("api/echo", Echo.as_view()),
    path("api/limited", Limited.as_view()),
    path("api/entries", Entries.as_view()),
    path("api/artifacts/<pk>", Artifacts.as_view()),
    path("api/members", Members.as_view()),
    path("api/plain/<kind>", raising_page),
    path("api/schema", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[])),
    path("pages/<kind>", raising_page),
    re_path(r"^api/", problem.no_such_path),
]
handler400 = problem.bad_request
handler403 = problem.permission_denied
handler404 = problem.not_found
handler500 = problem.server_error
