"""Statements that are written once and run often.

Building and compiling a queryset costs several times what its rows do. The hot paths compile theirs once a process and
run the same SQL, with the same conversions, on every database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

Row = tuple[Any, ...]


class _Plan(NamedTuple):
    vendor: str
    sql: str
    params: list[Any]
    places: list[int]
    compiler: Any
    converters: Any


class Compiled:
    """A `values_list` queryset, compiled at its first use.

    `build` is called with `examples`, each of them unmistakable (no other parameter of the SQL may equal it); what is
    passed to `rows` then takes their places.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *examples: Any) -> None:
        self._build = build
        self._examples = examples
        self._plan: _Plan | None = None

    def rows(self, *params: Any) -> list[Row]:
        # Looked up once: the proxy `connection` asks for the thread's own at every attribute.
        database = connections[DEFAULT_DB_ALIAS]
        plan = self._plan
        if plan is None or plan.vendor != database.vendor:
            plan = self._plan = self._compile(database)
        values = list(plan.params)
        for place, value in zip(plan.places, _adapted(database, params), strict=True):
            values[place] = value
        with database.cursor() as cursor:
            cursor.execute(plan.sql, values)
            found: list[Row] = cursor.fetchall()
        if plan.converters:
            return [tuple(row) for row in plan.compiler.apply_converters(found, plan.converters)]
        return found

    def first(self, *params: Any) -> Row | None:
        rows = self.rows(*params)
        return rows[0] if rows else None

    def _compile(self, database: BaseDatabaseWrapper) -> _Plan:
        compiler = self._build(*self._examples).query.get_compiler(connection=database)
        sql, params = compiler.as_sql()
        examples = _adapted(database, self._examples)
        if any(list(params).count(example) != 1 for example in examples):
            raise ValueError(f"Each of {examples} must stand once among the statement's parameters {params}.")
        converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
        places = [list(params).index(example) for example in examples]
        return _Plan(database.vendor, sql, list(params), places, compiler, converters)


def execute(sql: str, *params: Any) -> Row | None:
    """Run a writing statement; the first row it returns, if it returns any."""
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute(sql, _adapted(database, params))
        return cursor.fetchone() if cursor.description else None


def _adapted(database: BaseDatabaseWrapper, params: Any) -> list[Any]:
    """Values as the database at hand takes them."""
    ops, native_uuid = database.ops, database.features.has_native_uuid_field
    return [
        ops.adapt_datetimefield_value(param)
        if type(param) is datetime
        else param.hex
        if type(param) is UUID and not native_uuid
        else param.value
        if isinstance(param, Enum)
        else param
        for param in params
    ]
