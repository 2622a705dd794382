"""The limit: httpx and orjson, nothing checked."""

from __future__ import annotations

from functools import partial

import orjson

from benchmarks.tools.child import run
from benchmarks.tools.httpx_json import pull

if __name__ == "__main__":
    run(partial(pull, loads=orjson.loads), "httpx", "orjson")
