"""Nothing that cannot be undone happens at one click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import helpers
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

CONFIRMED = "confirmed"


@dataclass(frozen=True, kw_only=True)
class Question:
    title: str
    sentence: str
    button: str


def ask_first(
    model_admin: Any, request: HttpRequest, question: Question, chosen: Sequence[Any], *, action: str = ""
) -> HttpResponse | None:
    """The page that asks, or None once the person has agreed. `action` names a list's action, "" an object's own."""
    if request.method == "POST" and CONFIRMED in request.POST:
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "title": question.title,
        "question": question,
        "chosen": chosen,
        "action": action,
        "back": request.get_full_path() if action else "../change/",
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "media": model_admin.media,
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/console/confirm.html", context)
