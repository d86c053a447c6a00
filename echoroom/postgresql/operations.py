"""Migration operations that only PostgreSQL has."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def leave_room(table: str, *, percent: int) -> migrations.RunPython:
    """Keep so many hundredths of each page of a table free when rows are added; elsewhere nothing is done.

    A row's next version then stands on the same page, and where no indexed column has changed, no index is touched.
    """

    def leave(apps: Any, schema_editor: Any) -> None:
        _set(schema_editor, f"SET (fillfactor = {100 - percent:d})")

    def fill(apps: Any, schema_editor: Any) -> None:
        _set(schema_editor, "RESET (fillfactor)")

    def _set(schema_editor: Any, parameter: str) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {schema_editor.quote_name(table)} {parameter}")

    return migrations.RunPython(leave, fill)
