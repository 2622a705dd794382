"""dlt's ``rest_api`` source, its items handed out in memory: extracted only, neither normalised nor loaded.

That is the least that dlt does; a pipeline goes on to infer a schema and to write files.
"""

from __future__ import annotations

import os
from typing import Any

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from dlt.sources.rest_api import rest_api_source

from benchmarks.tools.child import HEADERS, Account, listing, run


def source_of(url: str) -> Any:
    return rest_api_source({
        "client": {"base_url": f"{url}/webservice/v1/", "headers": HEADERS},
        "resources": [{
            "name": "tickets",
            "endpoint": {
                "path": "su_ticket", "method": "POST", "json": listing(), "data_selector": "registros",
                "paginator": PageNumberPaginator(base_page=1, page_body_path="page", total_path=None),
            },
        }],
    })  # fmt: skip


def pull(task: dict[str, Any], account: Account) -> None:
    for row in source_of(task["url"]).resources["tickets"]:
        account.add(row["id"])


if __name__ == "__main__":
    run(pull, "dlt", "requests")
