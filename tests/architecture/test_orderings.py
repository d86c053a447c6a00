"""What orders rows must tell any two of them apart: otherwise their order changes with what is written to one of them,
and tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import ForeignKey, Model, UniqueConstraint

APPS = {"echoroom", "badges", "rooms", "matching", "voice", "monitoring"}
OWN = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
LISTS = [model for model in OWN if model in admin.site._registry]


def unique_sets(model: type[Model]) -> list[set[str]]:
    constraints = [each for each in model._meta.constraints if isinstance(each, UniqueConstraint)]
    alone = [{field.name} for field in model._meta.fields if field.unique]
    return [{"pk"}, *alone, *(set(each.fields) for each in constraints if each.fields and each.condition is None)]


def is_total(model: type[Model], ordering: Sequence[Any], *, parents: int) -> bool:
    fields = {name.lstrip("-") for name in ordering}
    keys = {field.name for field in model._meta.fields if isinstance(field, ForeignKey)}
    return any(names <= fields | keys and len(names - fields) <= parents for names in unique_sets(model))


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_rows_of_one_parent_have_one_order(model: type[Model]):
    ordering = model._meta.ordering
    assert not ordering or is_total(model, ordering, parents=1)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_a_list_and_the_choices_from_it_have_one_order(model: type[Model]):
    ordering = admin.site._registry[model].ordering or model._meta.ordering
    assert not ordering or is_total(model, ordering, parents=0)
