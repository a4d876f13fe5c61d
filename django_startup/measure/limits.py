"""How long a boot may take and how many there are; most of it can be said by an option."""

from __future__ import annotations

TIMEOUT = 300.0  # seconds for one boot
BEYOND = 60.0  # seconds behind the target of a boot that goes on there
LEAST_RUNS = 2  # unless --runs says how many
MAX_RUNS = 10
COLD_RUNS = 2  # boots of each kind for --cold, unless --runs says how many
