"""The Celery app, run by `celery --app echoroom worker` and `beat`, or by threads in embedded mode."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals

from echoroom.outbox import dispatcher

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echoroom.settings")

app = Celery("echoroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The current app is a matter of each thread; the default one is everybody's.
app.set_default()


@signals.worker_process_shutdown.connect
def _send_what_is_waiting(**kwargs: Any) -> None:
    # A pool process ends without Python's exit handlers: nobody else would drain its dispatcher.
    dispatcher.stop(timeout=2)
