"""Who hears what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from echoroom.outbox.payloads import fields_of


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """A fact about the past: ids and plain values, never a model. Subclasses are dataclasses like it."""


E = TypeVar("E", bound=DomainEvent)
Receiver = Callable[[E], None]

_receivers: dict[str, tuple[type[DomainEvent], Receiver[Any]]] = {}
_names: dict[type[DomainEvent], list[str]] = {}


class UnknownReceiverError(LookupError):
    """A delivery names a receiver that this version of the code does not have."""

    code = "unknown_receiver"


def receives(event_type: type[E]) -> Callable[[Receiver[E]], Receiver[E]]:
    """Run the decorated function once for every published `event_type`, in a transaction of its own."""
    fields_of(event_type)

    def register(receiver: Receiver[E]) -> Receiver[E]:
        name = name_of(receiver)
        if name in _receivers:
            raise ValueError(f"{name} is registered already: a receiver needs a name of its own.")
        _receivers[name] = (event_type, receiver)
        _names.setdefault(event_type, []).append(name)
        return receiver

    return register


def forget(receiver: Receiver[E]) -> None:
    """Undo `receives`; tests clean up with it."""
    event_type, _ = _receivers.pop(name_of(receiver))
    _names[event_type].remove(name_of(receiver))


def name_of(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def receivers_of(event_type: type[DomainEvent]) -> list[str]:
    return _names.get(event_type, [])


def resolve(name: str) -> tuple[type[DomainEvent], Receiver[Any]]:
    try:
        return _receivers[name]
    except KeyError:
        raise UnknownReceiverError(name) from None
