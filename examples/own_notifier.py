"""Tell the team what happened in a pass. Usage: own_notifier.py PAIR [BRIDGE.TOML]

Events hold ids, never names, documents or texts: a chat room is no place for them. Listeners run inside the pass, so
they only put the event into a queue; a task of its own does the slow part. (For a command or a webhook there is also
``[notify]`` in the configuration, without any program.)
"""

import asyncio
import sys

from erp_bridge import Bridge, config
from erp_bridge.events import Created, Events, PassEnded, Waiting


async def tell(queue: asyncio.Queue[object]) -> None:
    """The slow part: here it prints; yours posts to a chat."""
    while True:
        match await queue.get():
            case Created(side=side, left=left, right=right):
                print(f"new in {side}: {left} = {right}")
            case Waiting(kind=kind, id=number, side=side, ticket=ticket, field=field):
                print(f"somebody should look: {kind} {number}, ticket {ticket} ({side}) {field}")
            case PassEnded(counts=counts, error=error):
                print(f"pass ended: {error or 'well'}, {sum(counts['created'].values()) if counts else 0} created")
        queue.task_done()


async def main(pair: str, path: str | None) -> None:
    queue: asyncio.Queue[object] = asyncio.Queue()
    put = queue.put_nowait
    events = Events(on_created=put, on_conflict=put, on_quarantine=put, on_doubt=put, on_pass_end=put)
    telling = asyncio.create_task(tell(queue))
    async with Bridge(config.load(path), events=events) as bridge:
        await bridge.sync(pair)
    await queue.join()
    telling.cancel()


if __name__ == "__main__":
    asyncio.run(main(*(sys.argv[1:3] if len(sys.argv) > 2 else (sys.argv[1], None))))
