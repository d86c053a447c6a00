from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest
from django_ratelimit import ALL
from django_ratelimit.core import get_usage

from echoroom.limits.counting import refusal
from echoroom.limits.keys import address_key, person_key
from echoroom.limits.scopes import SCOPES, CountedBy

P = ParamSpec("P")
R = TypeVar("R")


def page_limit(
    scope: str, *, methods: Sequence[str] | None = None
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Limit a page by a non-strict scope: django-ratelimit counts, the refusal and its wait are ours."""
    limit = SCOPES[scope]
    if limit.strict:
        raise ValueError(f"The scope {scope!r} must be exact: call limits.check instead.")
    counted = ALL if methods is None else list(methods)
    key = address_key if limit.by is CountedBy.ADDRESS else person_key

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def limited(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            usage: dict[str, Any] | None = get_usage(
                request, group=f"page:{scope}", key=key, rate=limit.rate, method=counted, increment=True
            )
            if usage is not None and usage["should_limit"]:
                raise refusal(limit, max(1, usage["time_left"]))
            return view(request, *args, **kwargs)

        return limited

    return decorate
