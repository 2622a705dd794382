"""httpx and pydantic by hand: a page validated in one go against the same columns, and no further."""

from __future__ import annotations

from typing import Any

import httpx
from pydantic import BaseModel, create_model

from benchmarks.tools.child import HEADERS, PATH, Account, listing, run
from erp_bridge.adapters.ixc.wire import SuTicket

COLUMNS = [name for name in SuTicket.__struct_fields__ if name != "cell"]  # which no ticket has
Ticket: type[BaseModel] = create_model("Ticket", **dict.fromkeys(COLUMNS, (str, "")))  # type: ignore[call-overload]


class Page(BaseModel):
    total: int
    registros: list[Ticket] = []  # type: ignore[valid-type]


def pull(task: dict[str, Any], account: Account) -> None:
    last: str | int = 0
    with httpx.Client(base_url=task["url"], headers=HEADERS) as http:
        while True:
            page = Page.model_validate_json(http.post(PATH, json=listing(last)).content)
            for row in page.registros:
                account.add(row.id)  # type: ignore[attr-defined]
            if len(page.registros) >= page.total:
                return
            last = page.registros[-1].id  # type: ignore[attr-defined]


if __name__ == "__main__":
    run(pull, "httpx", "pydantic")
