"""Scripts may use what only some adapters can do: the same methods, and a plain no where one of them is missing."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from erp_bridge import Capability, Unsupported, blocking
from erp_bridge.config import load
from erp_bridge.core.adapter import Adapter
from support.pair import SimulatedPair


@pytest.mark.parametrize("ability", blocking.OPTIONAL)
def test_every_optional_ability_has_its_methods(ability: type) -> None:
    names = [name for name in vars(ability) if not name.startswith("_")]
    assert names
    for name in names:
        method, face = vars(ability)[name], inspect.getattr_static(blocking.BlockingErp, name)
        assert list(inspect.signature(face).parameters.values()) == list(inspect.signature(method).parameters.values())
        assert not inspect.iscoroutinefunction(face)


def test_the_engines_own_short_ways_are_the_only_abilities_left_out() -> None:
    from erp_bridge.core import adapter

    protocols = {
        value for value in vars(adapter).values()
        if isinstance(value, type) and Adapter in value.__bases__
    }  # fmt: skip
    assert protocols - set(blocking.OPTIONAL) == {adapter.Posting, adapter.Opening}


def test_what_a_tenant_lacks_is_refused_before_any_request(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    with blocking.connect(load(pair.write_config()).erp["filial"], network=pair.network()) as filial:
        missing = {
            Capability.DOWNLOAD: lambda: filial.download("1", None),  # type: ignore[arg-type]
            Capability.FILES_OF: lambda: filial.files_of(["1"]),
            Capability.INSPECT: filial.inspect,
            Capability.BOOK_DISCOUNT: lambda: filial.find_discounts("1", "x"),
        }
        tried = [ability for ability in missing if ability not in filial.capabilities]
        assert len(tried) >= 2
        for ability in tried:
            with pytest.raises(Unsupported, match=ability.value):
                missing[ability]()
        assert filial.requests == 0


def test_an_archive_is_read_page_by_page(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    with blocking.connect(load(pair.write_config()).erp["matriz"], network=pair.network()) as matriz:
        ids = [ticket.id for page in matriz.tickets_between(None, None) for ticket in page]
        unread = sum(len(page.unreadable) for page in matriz.tickets_between(None, None))
        assert matriz.count_between(None, None) in (None, len(ids) + unread)
        assert len(set(ids)) + unread == len(pair.left_tickets())
