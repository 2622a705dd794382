"""Airbyte's CDK: a declarative source with a manifest, its messages read in memory."""

from __future__ import annotations

import logging
from typing import Any

from airbyte_cdk.models import (
    AirbyteStream,
    ConfiguredAirbyteCatalog,
    ConfiguredAirbyteStream,
    DestinationSyncMode,
    SyncMode,
    Type,
)  # fmt: skip
from airbyte_cdk.sources.declarative.concurrent_declarative_source import ConcurrentDeclarativeSource

from benchmarks import rows
from benchmarks.tools.child import HEADERS, Account, listing, run

SCHEMA = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in rows.ticket("0", 0, "")},
}


def manifest(url: str) -> dict[str, Any]:
    body = {key: value for key, value in listing().items() if key not in ("page", "rp")}
    return {
        "version": "6.0.0", "type": "DeclarativeSource", "check": {"type": "CheckStream", "stream_names": ["tickets"]},
        "streams": [{
            "type": "DeclarativeStream", "name": "tickets", "primary_key": ["id"],
            "retriever": {
                "type": "SimpleRetriever",
                "requester": {
                    "type": "HttpRequester", "url_base": f"{url}/webservice/v1/", "path": "su_ticket",
                    "http_method": "POST", "request_headers": HEADERS, "request_body_json": body,
                },
                "record_selector": {
                    "type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": ["registros"]},
                },
                "paginator": {
                    "type": "DefaultPaginator",
                    "page_token_option": {
                        "type": "RequestOption", "inject_into": "body_json", "field_name": "page",
                    },
                    "page_size_option": {"type": "RequestOption", "inject_into": "body_json", "field_name": "rp"},
                    "pagination_strategy": {
                        "type": "PageIncrement", "page_size": rows.PAGE, "start_from_page": 1,
                        "inject_on_first_request": True,
                    },
                },
            },
            "schema_loader": {"type": "InlineSchemaLoader", "schema": SCHEMA},
        }],
        "spec": {
            "type": "Spec", "connection_specification": {"type": "object", "properties": {}, "required": []},
        },
    }  # fmt: skip


def pull(task: dict[str, Any], account: Account) -> None:
    logging.disable(logging.WARNING)
    stream = ConfiguredAirbyteStream(
        stream=AirbyteStream(name="tickets", json_schema=SCHEMA, supported_sync_modes=[SyncMode.full_refresh]),
        sync_mode=SyncMode.full_refresh,
        destination_sync_mode=DestinationSyncMode.overwrite,
    )
    catalog = ConfiguredAirbyteCatalog(streams=[stream])
    source = ConcurrentDeclarativeSource(catalog=catalog, config={}, state=[], source_config=manifest(task["url"]))
    for message in source.read(logging.getLogger("airbyte"), {}, catalog, []):
        if message.type is Type.RECORD:
            account.add(message.record.data["id"])


if __name__ == "__main__":
    run(pull, "airbyte-cdk", "requests")
