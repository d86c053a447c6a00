"""Many rows in one statement, and many ids in one parameter.

Django prepares every value of a bulk insert, and every id of an `IN`, for itself: for ten thousand people that takes
seconds. Here the values go to the database as one JSON text, which both databases unpack where they need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, Model
from django.db.models.expressions import RawSQL


def any_of(ids: Iterable[UUID]) -> RawSQL | list[UUID]:
    """For `filter(pk__in=any_of(ids))`: one parameter, however many there are; without any, no statement at all."""
    database = connections[DEFAULT_DB_ALIAS]
    values = list(ids)
    if not values:
        return []
    text = orjson.dumps(_column(database, values)).decode()
    if database.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [text])
    return RawSQL("SELECT value::uuid FROM jsonb_array_elements_text(%s::jsonb)", [text])


def insert_rows(model: type[Model], columns: Mapping[str, Sequence[Any]], **same: Any) -> dict[Any, Any]:
    """Insert a row for each place of these columns, all of one length; the primary keys by the first of them.

    `columns` and `same`, values that all rows have, are named as the model's attributes (`room_id`). What stands in
    neither has the field's default. JSON columns take what JSON holds. Raises what the database's constraints do.
    """
    database = connections[DEFAULT_DB_ALIAS]
    fields = {field.attname: field for field in model._meta.concrete_fields}
    given = [fields.pop(name) for name in columns]
    rest = [field for field in fields.values() if not field.primary_key]
    plain = [_column(database, values) for values in columns.values()]
    rows = orjson.dumps(list(zip(*plain, strict=True)))
    values = [field.get_db_prep_save(same.get(field.attname, field.get_default()), database) for field in rest]
    sql = _statement(database, model, given, rest)
    with database.cursor() as cursor:
        cursor.execute(sql, [*values, rows.decode()])
        return dict(cursor.fetchall())


def _column(database: BaseDatabaseWrapper, values: Sequence[Any]) -> Sequence[Any]:
    """Of one column, as each database keeps it; orjson takes what is not told apart here."""
    example = next((value for value in values if value is not None), None)
    if isinstance(example, datetime):
        keep = database.ops.adapt_datetimefield_value
        return [value if value is None else str(keep(value)) for value in values]
    if isinstance(example, UUID) and not database.features.has_native_uuid_field:
        return [value if value is None else value.hex for value in values]
    return values


def _statement(
    database: BaseDatabaseWrapper, model: type[Model], given: Sequence[Field[Any, Any]], rest: Sequence[Field[Any, Any]]
) -> str:
    quote = database.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in (*given, *rest))
    taken = ", ".join([*(_taken(database, field, place) for place, field in enumerate(given)), *["%s"] * len(rest)])
    source = (
        "json_each(%s) ORDER BY key"
        if database.vendor == "sqlite"
        else "jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS given(value, key) ORDER BY key"
    )
    key = model._meta.pk.column
    # Names come from the models, never from a request.
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {taken} FROM {source} "  # noqa: S608
        f"RETURNING {quote(str(given[0].column))}, {quote(str(key))}"
    )


def _taken(database: BaseDatabaseWrapper, field: Field[Any, Any], place: int) -> str:
    """How a column is read out of its place in a row's array."""
    if database.vendor == "sqlite":
        return f"json_extract(value, '$[{place}]')"
    if isinstance(field, JSONField):
        return f"value->{place}"
    return f"(value->>{place})::{field.db_type(database)}"
