"""A bare httpx loop, several pages in flight at once by their numbers; JSON decoded, nothing checked."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import anyio._backends._asyncio  # noqa: F401 - imported before the clock runs, like everything of the others
import httpx

from benchmarks import rows
from benchmarks.tools.child import HEADERS, PATH, Account, listing, run


async def read(task: dict[str, Any], account: Account) -> None:
    pages = iter(range(2, -(-task["tickets"] // rows.PAGE) + 1))
    async with httpx.AsyncClient(base_url=task["url"], headers=HEADERS) as http:

        async def one(number: int) -> None:
            reply = await http.post(PATH, json=listing(page=number))
            for row in json.loads(reply.content)["registros"]:
                account.add(row["id"])

        async def work() -> None:
            for number in pages:
                await one(number)

        await one(1)  # it tells how many there are
        await asyncio.gather(*(work() for _ in range(task["concurrency"])))


def pull(task: dict[str, Any], account: Account) -> None:
    asyncio.run(read(task, account))


if __name__ == "__main__":
    run(pull, "httpx")
