"""dlt as its documentation has it: a pipeline that extracts and normalises, into files ready to load; not loaded.

Normalising is where dlt gives each value a type, so this is what stands beside validated objects.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from pathlib import Path
from typing import Any

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"

import dlt

from benchmarks.tools.child import Account, run
from benchmarks.tools.dlt_rest import source_of


def pull(task: dict[str, Any], account: Account) -> None:
    folder = tempfile.TemporaryDirectory()
    task["folder"] = folder
    pipeline = dlt.pipeline(
        "tickets", pipelines_dir=folder.name, dataset_name="tickets",
        destination=dlt.destinations.filesystem(f"file://{folder.name}/out"),
    )  # fmt: skip
    pipeline.extract(source_of(task["url"]))
    pipeline.normalize()


def count(task: dict[str, Any], account: Account) -> None:
    folder = task.pop("folder")
    for file in Path(folder.name).rglob("normalized/*/new_jobs/tickets.*"):
        with gzip.open(file, "rt") if file.name.endswith(".gz") else file.open() as lines:
            for line in lines:
                account.add(json.loads(line)["id"])
    folder.cleanup()


if __name__ == "__main__":
    run(pull, "dlt", "requests", after=count)
