"""Errors as they may be stored and logged."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def described(exc: BaseException) -> str:
    """Class, code and place of an error, never its message: that may quote a vote's reason."""
    name = f"{type(exc).__module__}.{type(exc).__qualname__}".removeprefix("builtins.")
    code = getattr(exc, "code", None)
    known = f" [{code}]" if isinstance(code, str) and code.isidentifier() else ""
    return f"{name}{known}{_place(exc)}"[:300]


def _place(exc: BaseException) -> str:
    """The innermost line of our own code."""
    place, traceback = "", exc.__traceback__
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts:
            place = f" at {path.relative_to(settings.BASE_DIR)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
