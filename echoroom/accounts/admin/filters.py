"""Lists filtered by the question that a person has, not by a column."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class QuestionFilter(admin.SimpleListFilter):
    """`answers` maps an answer's name to its words; the method of that name narrows the list."""

    answers: ClassVar[dict[str, str]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.answers.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        answer = self.value()
        if answer not in self.answers:
            return queryset
        narrowed: QuerySet[Any] = getattr(self, answer)(queryset)
        return narrowed
