"""The limit: httpx and orjson, nothing checked."""

from __future__ import annotations

from typing import Any

import httpx
import orjson

from benchmarks.tools.child import HEADERS, PATH, Account, listing, run


def pull(task: dict[str, Any], account: Account) -> None:
    last: str | int = 0
    with httpx.Client(base_url=task["url"], headers=HEADERS) as http:
        while True:
            page = orjson.loads(http.post(PATH, json=listing(last)).content)
            for row in page["registros"]:
                account.add(row["id"])
            if len(page["registros"]) >= int(page["total"]):
                return
            last = page["registros"][-1]["id"]


if __name__ == "__main__":
    run(pull, "httpx", "orjson")
