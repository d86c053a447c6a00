from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from echoroom import limits
from echoroom.api import idempotency
from echoroom.api.csrf import SAFE_METHODS
from echoroom.api.parsers import StrictJSONParser, parse_request
from echoroom.api.renderers import Answer, OrjsonRenderer
from echoroom.api.serializers import WithoutFields, parse
from echoroom.limits.scopes import SCOPES, CountedBy

METHODS = ("get", "post", "put", "patch", "delete")


class ApiRequest(Request):
    """Reads JSON and nothing else, without choosing a parser first."""

    def _load_data_and_files(self) -> None:
        self._data = self._full_data = parse_request(self._request)
        self._files: MultiValueDict[str, Any] = MultiValueDict()


class ApiView(APIView):
    """DRF without what we never use: no negotiation, no versions, one renderer, shared policies.

    A handler returns plain data (200), None (204) or a response such as `Answer(data, status=201)`. Every
    view states its `permission`, a class or an instance. `rate_scope` is one scope, or one per method. With
    `idempotent`, a write that carries an `Idempotency-Key` takes effect once. Methods that are told everything by
    their address are named in `without_body`: a body is then read under the same rules, and may hold no field."""

    permission: ClassVar[Any]
    rate_scope: ClassVar[str | Mapping[str, str] | None] = None
    idempotent: ClassVar[bool] = True
    shortest_key: ClassVar[int] = 1
    without_body: ClassVar[tuple[str, ...]] = ()
    renderer_classes = [OrjsonRenderer]
    parser_classes = [StrictJSONParser]
    metadata_class = None

    _authenticators: ClassVar[list[Any]]
    _permission: ClassVar[BasePermission]
    _handled: ClassVar[frozenset[str]]
    _renderer: ClassVar[OrjsonRenderer] = OrjsonRenderer()
    _never_asked: ClassVar[DefaultContentNegotiation] = DefaultContentNegotiation()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._handled = frozenset(method.upper() for method in METHODS if hasattr(cls, method))
        if "GET" in cls._handled:
            cls._handled |= {"HEAD"}
        if cls._handled and not hasattr(cls, "permission"):
            raise TypeError(f"{cls.__qualname__} must state its permission.")
        # Policies hold no state of a request: one instance serves them all.
        cls._authenticators = [authenticator() for authenticator in cls.authentication_classes]
        if hasattr(cls, "permission"):
            cls._permission = cls.permission()
            cls.permission_classes = [cls.permission]
        scopes = [cls.rate_scope] if isinstance(cls.rate_scope, str) else list((cls.rate_scope or {}).values())
        if unknown := [scope for scope in scopes if not SCOPES[scope].strict]:
            raise TypeError(f"{cls.__qualname__} needs exact rate scopes, not {unknown}.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.args, self.kwargs = args, kwargs
        wrapped = ApiRequest(
            request, authenticators=self._authenticators, negotiator=self._never_asked, parser_context={"view": self}
        )
        self.request = wrapped
        try:
            if request.method not in self._handled:
                self.http_method_not_allowed(wrapped)
            self.initial(wrapped, *args, **kwargs)
            if "HTTP_IDEMPOTENCY_KEY" in request.META and (person := self.repeats_for(wrapped)):
                key = idempotency.key_of(request, least=self.shortest_key)
                response = idempotency.once(
                    request,
                    person_id=person,
                    keeping=self.keeping(wrapped, key),
                    handle=lambda: self._answered(wrapped),
                )
            else:
                response = self._handle(wrapped)
        except Exception as exc:
            response = self.handle_exception(exc)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        request.accepted_renderer, request.accepted_media_type = self._renderer, "application/json"
        request.version = request.versioning_scheme = None
        self.perform_authentication(request)
        if not self._permission.has_permission(request, self):
            self.permission_denied(request, message=getattr(self._permission, "message", None))
        if scope := self.rate_scope_of(str(request.method)):
            limits.check(scope, self.rate_key(request, scope))

    @classmethod
    def rate_scope_of(cls, method: str) -> str | None:
        if cls.rate_scope is None or isinstance(cls.rate_scope, str):
            return cls.rate_scope
        # HEAD does all the work of GET and only keeps the answer to itself.
        return cls.rate_scope.get("GET" if method == "HEAD" else method)

    def rate_key(self, request: Request, scope: str) -> str:
        if SCOPES[scope].by is CountedBy.PERSON and (person := person_id(request)):
            return str(person)
        return limits.client_address(request._request)

    def check_object_permissions(self, request: Request, obj: Any) -> None:
        if not self._permission.has_object_permission(request, self, obj):
            self.permission_denied(request, message=getattr(self._permission, "message", None))

    def handle_exception(self, exc: Exception) -> Any:
        # APIView would turn a 401 into a 403 when the first way to authenticate names no challenge.
        return self.get_exception_handler()(exc, {"view": self, "request": self.request})

    @property
    def allowed_methods(self) -> list[str]:
        return sorted(self._handled)

    def repeats_for(self, request: Request) -> UUID | None:
        """Whose `Idempotency-Key` this is; None where it has no meaning."""
        if not self.idempotent or request.method in SAFE_METHODS:
            return None
        return person_id(request)

    def keeping(self, request: Request, key: str) -> idempotency.Keeping:
        """What is kept of the answer to a request that carries this key."""
        return idempotency.Keeping(key)

    def _handle(self, request: Request) -> HttpResponseBase:
        if request.method in self.without_body:
            parse(WithoutFields, request)
        handler = getattr(self, str(request.method).lower())
        return self._as_response(handler(request, *self.args, **self.kwargs))

    def _answered(self, request: Request) -> HttpResponseBase:
        try:
            return self._handle(request)
        except Exception as exc:
            response: HttpResponseBase = self.handle_exception(exc)
            return response

    def _as_response(self, answer: Any) -> HttpResponseBase:
        if not isinstance(answer, HttpResponseBase):
            return Answer(answer, status=200 if answer is not None else 204)
        if isinstance(answer, Response):
            answer.accepted_renderer = self._renderer
            answer.accepted_media_type = "application/json"
            # The stubs do not know it; `render` asks for it.
            answer.renderer_context = {"view": self, "request": self.request}  # type: ignore[attr-defined]
            answer.render()
        return answer


def person_id(request: Request) -> UUID | None:
    """Whoever asks, as a seat if they have one: a `Viewer`, a `User` or a key."""
    user: Any = request.user
    return getattr(user, "participant_id", None) or getattr(user, "user_id", None) or getattr(user, "pk", None)
