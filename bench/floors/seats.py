"""What the twins ask Redis: the seat of a token, and a moving window for the rate limit."""

from __future__ import annotations

import pickle
from uuid import UUID

# scope → (uses, seconds), as in echoroom.limits.scopes.
LIMITS = {"vote": (60, 60), "commit": (30, 60), "room_read": (300, 60)}

# A list of the last uses, newest first: the entry at the limit's place decides.
MOVING_WINDOW = """
local uses = tonumber(ARGV[2])
local oldest = redis.call('lindex', KEYS[1], uses - tonumber(ARGV[4]))
if oldest and tonumber(oldest) >= tonumber(ARGV[1]) - tonumber(ARGV[3]) then
    return false
end
redis.call('lpush', KEYS[1], ARGV[1])
redis.call('ltrim', KEYS[1], 0, uses - 1)
redis.call('expire', KEYS[1], ARGV[3])
return true
"""


def participant_of(cached: bytes) -> UUID:
    """From EchoRoom's own cache entry: user, participant, event."""
    participant: UUID = pickle.loads(cached)[1]
    return participant
