"""How often a thing may be done. `check` counts always; `ensure`, then `check` on failure."""

from echoroom.limits.counting import check, ensure, peek, reset
from echoroom.limits.keys import client_address

__all__ = ["check", "client_address", "ensure", "peek", "reset"]
