"""The frame of EchoRoom. Importing it sets the Celery app: every process publishes to the same broker."""

from echoroom.celery import app as celery_app

__all__ = ["celery_app"]
