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
    return RawSQL(_ids(database), [text])  # noqa: S611 - ids are its parameter


def insert_rows(model: type[Model], columns: Mapping[str, Sequence[Any]], **same: Any) -> dict[Any, Any]:
    """Insert a row for each place of these columns, all of one length; the primary keys by the first of them.

    `columns` and `same`, values that all rows have, are named as the model's attributes (`room_id`). What stands in
    neither has the field's default. JSON columns take what JSON holds. Raises what the database's constraints do.
    """
    database = connections[DEFAULT_DB_ALIAS]
    fields = {field.attname: field for field in model._meta.concrete_fields}
    given = [fields.pop(name) for name in columns]
    rest = [field for field in fields.values() if not field.primary_key]
    values = [field.get_db_prep_save(same.get(field.attname, field.get_default()), database) for field in rest]
    sql = _statement(database, model, given, rest)
    with database.cursor() as cursor:
        cursor.execute(sql, [*values, _text(database, columns)])
        return dict(cursor.fetchall())


def update_rows(
    model: type[Model], columns: Mapping[str, Sequence[Any]], /, *, where: Mapping[str, Any], **same: Any
) -> int:
    """Write to the row of each primary key, the first of these columns, what the others hold for it. How many.

    Named as in `insert_rows`. Only rows that have the values of `where`, none of them None, are written.
    """
    database = connections[DEFAULT_DB_ALIAS]
    quote = database.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    (key, *given), table = [fields[name] for name in columns], quote(model._meta.db_table)
    taken = [f"{quote(str(field.column))} = {_taken(database, field, place)}" for place, field in enumerate(given, 1)]
    written = [*taken, *(f"{quote(str(fields[name].column))} = %s" for name in same)]
    kept = [f"{table}.{quote(str(fields[name].column))} = %s" for name in where]
    # Names come from the models, never from a request.
    sql = (
        f"UPDATE {table} SET {', '.join(written)} FROM {_rows(database)} "  # noqa: S608
        f"WHERE {' AND '.join([f'{table}.{quote(str(key.column))} = {_taken(database, key, 0)}', *kept])}"
    )
    with database.cursor() as cursor:
        cursor.execute(
            sql, [*_prepared(database, fields, same), _text(database, columns), *_prepared(database, fields, where)]
        )
        return int(cursor.rowcount)


def count_up(model: type[Model], name: str, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Add one to a number of each of these rows, and lock them in one order; what it is now, by primary key."""
    database = connections[DEFAULT_DB_ALIAS]
    quote = database.ops.quote_name
    values = list(ids)
    if not values:
        return {}
    (field,) = [field for field in model._meta.concrete_fields if field.attname == name]
    key = model._meta.pk
    table, column, pk = (quote(str(each)) for each in (model._meta.db_table, field.column, key.column))
    locked = database.ops.for_update_sql(no_key=True) if database.features.has_select_for_update else ""
    # Names come from the models, never from a request.
    sql = (
        f"UPDATE {table} SET {column} = {column} + 1 WHERE {pk} IN "  # noqa: S608
        f"(SELECT {pk} FROM {table} WHERE {pk} IN ({_ids(database)}) ORDER BY {pk} {locked}) RETURNING {pk}, {column}"
    )
    with database.cursor() as cursor:
        cursor.execute(sql, [orjson.dumps(_column(database, values)).decode()])
        return {key.to_python(found): number for found, number in sorted(cursor.fetchall())}


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
    key = model._meta.pk.column
    # Names come from the models, never from a request.
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {taken} FROM {_rows(database)} ORDER BY given.key "  # noqa: S608
        f"RETURNING {quote(str(given[0].column))}, {quote(str(key))}"
    )


def _text(database: BaseDatabaseWrapper, columns: Mapping[str, Sequence[Any]]) -> str:
    """The rows that these columns make up, as JSON text."""
    plain = [_column(database, values) for values in columns.values()]
    return orjson.dumps(list(zip(*plain, strict=True))).decode()


def _prepared(
    database: BaseDatabaseWrapper, fields: Mapping[str, Field[Any, Any]], values: Mapping[str, Any]
) -> list[Any]:
    return [fields[name].get_db_prep_save(value, database) for name, value in values.items()]


def _ids(database: BaseDatabaseWrapper) -> str:
    """The ids in a JSON text, which is its parameter."""
    if database.vendor == "sqlite":
        return "SELECT value FROM json_each(%s)"
    return "SELECT value::uuid FROM jsonb_array_elements_text(%s::jsonb)"


def _rows(database: BaseDatabaseWrapper) -> str:
    """`given`, the rows in a JSON text, which is its parameter."""
    if database.vendor == "sqlite":
        return "json_each(%s) AS given"
    return "jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS given(value, key)"


def _taken(database: BaseDatabaseWrapper, field: Field[Any, Any], place: int) -> str:
    """How a column is read out of its place in a row's array."""
    if database.vendor == "sqlite":
        return f"json_extract(given.value, '$[{place}]')"
    if isinstance(field, JSONField):
        return f"given.value->{place}"
    return f"(given.value->>{place})::{field.db_type(database)}"
