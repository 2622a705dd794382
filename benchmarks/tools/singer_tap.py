"""A tap on the Singer SDK: a REST stream with a schema of the same columns; messages go to a file, as to a target."""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from typing import Any

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BasePageNumberPaginator

from benchmarks import rows
from benchmarks.tools.child import HEADERS, Account, listing, run


class Pages(BasePageNumberPaginator):
    def has_more(self, response: Any) -> bool:
        return self.current_value * rows.PAGE < int(response.json()["total"])


class Tickets(RESTStream[int]):
    name = "su_ticket"
    path = "/su_ticket"
    http_method = "POST"
    rest_method = "POST"
    primary_keys = ("id",)
    records_jsonpath = "$.registros[*]"
    schema = th.PropertiesList(*(th.Property(name, th.StringType) for name in rows.ticket("0", 0, ""))).to_dict()

    @property
    def url_base(self) -> str:
        return f"{self.config['url']}/webservice/v1"

    @property
    def http_headers(self) -> dict[str, str]:
        return HEADERS

    def get_new_paginator(self) -> Pages:
        return Pages(start_value=1)

    def prepare_request_payload(self, context: Any, next_page_token: int | None) -> dict[str, str]:
        return listing(page=next_page_token or 1)


class IxcTap(Tap):
    name = "tap-ixc"
    config_jsonschema = th.PropertiesList(th.Property("url", th.StringType, required=True)).to_dict()

    def discover_streams(self) -> list[Tickets]:
        return [Tickets(self)]


def pull(task: dict[str, Any], account: Account) -> None:
    logging.disable(logging.INFO)
    with tempfile.TemporaryFile("w+") as file:
        before = os.dup(1)
        sys.stdout.flush()
        os.dup2(file.fileno(), 1)
        try:
            IxcTap(config={"url": task["url"]}).sync_all()
            sys.stdout.flush()
        finally:
            os.dup2(before, 1)
        file.seek(0)
        task["messages"] = [line for line in file if '"RECORD"' in line[:40]]


def count(task: dict[str, Any], account: Account) -> None:
    """Reading the messages again is not the tap's work: the clock has stopped."""
    for line in task.pop("messages"):
        account.add(json.loads(line)["record"]["id"])


if __name__ == "__main__":
    run(pull, "singer-sdk", "requests", after=count)
