"""Conflicts decided by a rule of one's own. Usage: own_merge_policy.py PAIR [BRIDGE.TOML]

Most rules need no program: a field's policy stands in the configuration.

    [pair.suporte.policy]
    default    = "newest"     # the later edit wins
    prioridade = "left"       # head office decides how urgent it is
    status     = "ask"        # nobody decides by himself: it waits in `erp-bridge conflicts`

With "ask" a conflict waits for somebody. That somebody may be a program: it says which side is right, and the next pass
carries that out, exactly as if a person had said it.
"""

import asyncio
import sys

from erp_bridge import Bridge, Side, config
from erp_bridge.events import Events, Waiting

ENDED = {"solucionado", "cancelado"}


async def decide(bridge: Bridge, conflict: Waiting) -> Side | None:
    """The rule: a ticket that one team has closed is closed. None: a person should look."""
    if conflict.field != "status":
        return None
    values = await bridge.values(bridge.wait(conflict.kind, conflict.id))  # both tickets as they are now
    closed = [side for side in Side if values[side]["status"] in ENDED]
    return closed[0] if len(closed) == 1 else None


async def main(pair: str, path: str | None) -> None:
    conflicts: list[Waiting] = []
    async with Bridge(config.load(path), events=Events(on_conflict=conflicts.append)) as bridge:
        await bridge.sync(pair)
        for conflict in conflicts:
            side = await decide(bridge, conflict)
            if side is not None:
                bridge.take(conflict.id, side)
            print(f"conflict {conflict.id}, {conflict.field}: {side or 'left to a person'}")
        if conflicts:
            await bridge.sync(pair)  # carries out what was decided


if __name__ == "__main__":
    asyncio.run(main(*(sys.argv[1:3] if len(sys.argv) > 2 else (sys.argv[1], None))))
