"""A good adapter that claims everything passes every check: the kit demands nothing that cannot be had."""

from __future__ import annotations

from erp_bridge.testing import conformance
from testing.toy_bench import bench

test_the_toy = conformance(bench)
