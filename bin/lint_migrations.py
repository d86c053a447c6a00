"""Refuses migrations that would break the running version during a rolling restart.

Each app's first migration creates its tables and is exempt. It needs a PostgreSQL in
DATABASE_URL: what SQLite does to alter a table would raise alarms that mean nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echoroom.settings")


# Migrations that were judged by hand, with what was found.
LOOKED_AT = {
    # Locks the tickets of one event for the milliseconds in which it indexes them; what the running version inserts
    # meanwhile has defaults in the database, and tickets without a number stay valid.
    "0003_parties_history_weights",
}


def main() -> None:
    import django

    django.setup()

    from django.conf import settings
    from django_migration_linter import MigrationLinter

    if not settings.POSTGRESQL:
        print("No PostgreSQL in DATABASE_URL: CI lints the migrations, this run did not.")
        return
    linter = MigrationLinter(
        include_apps=["api", "audit", "limits", "outbox", "accounts", "events", *_rooted()],
        ignore_initial_migrations=True,
        ignore_name=list(LOOKED_AT),
        no_cache=True,
    )
    linter.lint_all_migrations()
    linter.print_summary()
    if linter.has_errors:
        sys.exit(1)


def _rooted() -> list[str]:
    return ["rooms", "matching", "voice", "badges", "monitoring"]


if __name__ == "__main__":
    main()
