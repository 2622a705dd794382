"""LGPD: a client who is forgotten leaves two ids a link, is never carried again, and nobody else is touched."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from erp_bridge.core.errors import ConfigError
from erp_bridge.sync.store.database import open_database
from support.pair import SimulatedPair


def document_of(pair: SimulatedPair, left: str) -> str:
    client = pair.left_tickets()[left]["id_cliente"]
    return str(pair.left.tables["cliente"][client]["cnpj_cpf"])


async def forgotten(pair: SimulatedPair) -> tuple[str, str, str]:
    left, right = next(iter((await pair.links()).items()))
    documento = document_of(pair, left)
    async with pair.bridge() as bridge:
        (result,) = await bridge.forget(documento)
    assert result.links >= 1
    return left, right, documento


async def test_only_tombstones_are_left(synced: SimulatedPair) -> None:
    left, right, documento = await forgotten(synced)
    with sqlite3.connect(synced.folder / "bridge.db") as store:
        store.row_factory = sqlite3.Row
        (row,) = store.execute("SELECT * FROM links WHERE left_id = ?", (left,)).fetchall()
        assert row["state"] == "tombstone"
        assert (row["left_base"], row["right_base"], row["left_prot"], row["right_prot"]) == ("{}", "{}", None, None)
        for table in ("movements", "waiting"):
            assert store.execute(f"SELECT * FROM {table} WHERE ticket IN (?, ?)", (left, right)).fetchall() == []
    digits = "".join(c for c in documento if c.isdigit()).encode()
    assert all(digits not in file.read_bytes() for file in synced.folder.glob("bridge.db*"))


async def test_the_tickets_are_neither_created_again_nor_updated(synced: SimulatedPair) -> None:
    left, right, _ = await forgotten(synced)
    counts = (len(synced.left_tickets()), len(synced.right_tickets()), len(synced.right_comments(right)))
    synced.left.people.comment(left, "depois do esquecimento")
    synced.left.people.set_status(left, "S", "fim")
    synced.clock.advance(60)
    await synced.sync()
    synced.clock.advance(60)
    await synced.sync(full=True)
    assert (len(synced.left_tickets()), len(synced.right_tickets()), len(synced.right_comments(right))) == counts
    assert left not in await synced.links()


async def test_everybody_else_goes_on(synced: SimulatedPair) -> None:
    before = await synced.links()
    _, _, documento = await forgotten(synced)
    after = await synced.links()
    gone = set(before) - set(after)
    assert all(document_of(synced, left) == documento for left in gone)
    assert {document_of(synced, left) for left in after}.isdisjoint({documento})


async def test_something_that_is_no_document_is_refused(synced: SimulatedPair) -> None:
    async with synced.bridge() as bridge:
        with pytest.raises(ConfigError, match="CPF or CNPJ"):
            await bridge.forget("-")


async def test_a_backup_holds_the_store_and_its_key(synced: SimulatedPair, tmp_path: Path) -> None:
    links = await synced.links()
    copied = await synced.ask(lambda bridge: bridge.backup(tmp_path / "copy"))
    assert copied.key is not None
    assert {stat.S_IMODE(file.stat().st_mode) for file in (copied.store, copied.key)} == {0o600}
    opened = open_database(f"sqlite:///{copied.store}", key_file=copied.key)
    with opened.read() as tx:
        from erp_bridge.sync.store.links import all_of

        assert {link.ids.left: link.ids.right for link in all_of(tx, "suporte")} == links
    opened.close()
    async with synced.bridge() as bridge:
        with pytest.raises(ConfigError, match="already"):
            bridge.backup(tmp_path / "copy")


async def test_the_doctor_sees_a_file_that_others_may_read(synced: SimulatedPair) -> None:
    assert all(ok for _, ok, _ in await synced.ask(lambda bridge: bridge.examine_store()))
    (synced.folder / "bridge.key").chmod(0o644)
    found = {topic: ok for topic, ok, _ in await synced.ask(lambda bridge: bridge.examine_store())}
    assert found["bridge.key"] is False


async def test_a_wrong_or_missing_key_opens_nothing(synced: SimulatedPair) -> None:
    key = synced.folder / "bridge.key"
    right_one = key.read_text()
    key.write_text("0" * 64)
    with pytest.raises(ConfigError, match="not the digest key"):
        await synced.sync()
    key.unlink()
    with pytest.raises(ConfigError, match="is missing"):
        await synced.sync()
    key.write_text(right_one)
    key.chmod(0o600)
    assert (await synced.sync()).error is None
