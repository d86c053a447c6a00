"""EchoRoom's Celery app without the outbox's sweep: what `beat` is started with where a loss must be seen."""

from __future__ import annotations

from echoroom.celery import app

del app.conf.beat_schedule["outbox-sweep"]
