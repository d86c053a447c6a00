"""What the server refuses, by name. `code` is stable and documented, `detail` is for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Way:
    """The next step that a page offers after a refusal: a link to the page of this name.

    `takes` names what that page's address takes from the refused one: its parameter → the one it had there.
    """

    label: str
    page: str
    takes: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    code = "refused"
    status = 409
    title = "That is not possible now"
    detail = "The server refused this request."
    # None: back to the quests, or in by a code.
    way: Way | None = None

    def __init__(
        self, detail: str | None = None, *, errors: Errors | None = None, retry_after: int | None = None
    ) -> None:
        """`errors` maps a field to its sentences; `retry_after` is in whole seconds."""
        if detail is not None:
            self.detail = detail
        self.errors: dict[str, list[str]] = {field: list(said) for field, said in (errors or {}).items()}
        self.retry_after = retry_after
        super().__init__(self.detail)


class Invalid(Refusal):
    code = "invalid"
    status = 400
    title = "Some of it is not valid"
    detail = "Correct the marked fields and send it again."


class NotAuthenticated(Refusal):
    code = "not_authenticated"
    status = 401
    title = "Enter first"
    detail = "Enter with your event's code or sign in, then try again."


class Forbidden(Refusal):
    code = "forbidden"
    status = 403
    title = "That is not yours to do"
    detail = "Your role does not allow this."


class NotFound(Refusal):
    code = "not_found"
    status = 404
    title = "Not found"
    detail = "There is nothing here, or nothing that you may see."


class RateLimited(Refusal):
    code = "rate_limited"
    status = 429
    title = "Too many requests"
    detail = "That was too often. Wait a moment and try again."
