"""erp_bridge: ``tickets_between``, the whole past as validated tickets with the names of their terms."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

import erp_bridge
from benchmarks.served import TOKEN
from benchmarks.tools.child import Account, run
from erp_bridge.adapters import registry

registry.plugin("ixc")  # imported before the clock runs, like everything of the others
for module in (
    "anyio._backends._asyncio",
    "structlog",
    "erp_bridge.transport.client",
    "erp_bridge.transport.limiter",
    "erp_bridge.transport.breaker",
):
    import_module(module)


async def read(task: dict[str, Any], account: Account) -> None:
    async with erp_bridge.connect(
        "ixc", url=task["url"], token=TOKEN, timezone="America/Sao_Paulo", requests_per_minute=10_000_000,
        max_concurrency=task.get("concurrency", 4),
    ) as erp:  # fmt: skip
        async for page in erp.tickets_between(None, None):  # type: ignore[attr-defined]
            for ticket in page:
                account.add(ticket.id)


def pull(task: dict[str, Any], account: Account) -> None:
    asyncio.run(read(task, account))


if __name__ == "__main__":
    run(pull, "erp-bridge", "httpx2", "msgspec")
