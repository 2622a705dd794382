"""Two ERPs kept in step inside a service of one's own: the daemon is one more task of its event loop.

Usage: embedded_daemon.py [BRIDGE.TOML]; Ctrl-C ends it cleanly, with every running pass brought to its end.
"""

import asyncio
import signal
import sys

from erp_bridge import Daemon, config


async def main(path: str | None) -> None:
    daemon = Daemon(config.load(path), listeners=(lambda cycle: print(cycle.pair, cycle.outcome, flush=True),))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, daemon.stop)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(daemon.run())  # returns when stop() was called; one sick ERP stops nothing else
        tasks.create_task(the_rest_of_your_service(daemon))


async def the_rest_of_your_service(daemon: Daemon) -> None:
    """Your own work. The daemon may be asked at any time how things stand: this reads the state store alone."""
    await asyncio.sleep(0.1)
    for status in daemon.bridge.status():
        print(f"{status.pair}: {status.links} links, next pass by itself", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
