"""What the models say must be true is held by the database: a migration can lose it without a word."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [model for model in apps.get_models() if model._meta.managed], ids=lambda model: model._meta.label_lower
)
def test_the_database_has_every_constraint_and_index_of(model: type[models.Model]) -> None:
    named = {each.name for each in (*model._meta.constraints, *model._meta.indexes)}
    with connection.cursor() as cursor:
        assert named <= connection.introspection.get_constraints(cursor, model._meta.db_table).keys()
