"""What a user would write: httpx, the json of the standard library, one page after the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from benchmarks.tools.child import HEADERS, PATH, Account, listing, run


def pull(task: dict[str, Any], account: Account, loads: Callable[[bytes], Any] = json.loads) -> None:
    last: str | int = 0
    with httpx.Client(base_url=task["url"], headers=HEADERS) as http:
        while True:
            page = loads(http.post(PATH, json=listing(last)).content)
            for row in page["registros"]:
                account.add(row["id"])
            if len(page["registros"]) >= int(page["total"]):
                return
            last = page["registros"][-1]["id"]


if __name__ == "__main__":
    run(pull, "httpx")
