"""Moving a store between SQLite and PostgreSQL, and copying it: all or nothing, and only one of them is used after."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from erp_bridge.config.model import StateSettings
from erp_bridge.core.errors import ConfigError
from erp_bridge.sync.side import Both, Side
from erp_bridge.sync.store import care, copying, intents, journal, links, movements, moving, waiting
from erp_bridge.sync.store.database import Database, LeaseLost, StoreError, open_database
from erp_bridge.sync.store.intents import Intent, Operation
from erp_bridge.sync.store.lease import Lease, PairHeld, hold
from erp_bridge.sync.store.moving import move
from erp_bridge.sync.store.waiting import Kind, Wait
from store.place import KEY, Place

MANY = copying.BATCH + 7


def fill(db: Database) -> None:
    with hold(db, "suporte"):
        pass
    with db.write() as tx:
        for number in range(1, 41):
            links.add(
                tx, "suporte", Both(str(number), f"01ã{number}"), bases=Both({"titulo": "1:ä"}, {}),
                protocolos=Both(None, "p"), made=Side.RIGHT, since=1_790_000_000.123456,
            )  # fmt: skip
        movements.remember(tx, "suporte", Side.LEFT, "1", [f"m{number}" for number in range(MANY)], "kept")
        journal.begin(tx, "suporte", now=0.1, full=True, config="x")
        waiting.put(tx, "suporte", Wait(Kind.FAILED, Side.LEFT, "9", "uncertain"), 3.0)
        intents.note(
            tx, Intent(pair="suporte", side=Side.RIGHT, operation=Operation.TWIN, source="9", digest="d", sent=2.0,
                       token=1)
        )  # fmt: skip


def content(db: Database) -> str:
    with db.read() as tx:
        rows = {
            table.name: sorted(str({**row._mapping, **({"expires": 0.0} if table.name == "leases" else {})})
                               for row in tx.execute(table.select()))
            for table in copying.copied_tables()
        }  # fmt: skip
    return json.dumps(rows, indent=1)


def settings(place: Place) -> StateSettings:
    return StateSettings.model_validate(
        {"url": place.url, "key": f"file:{place.key_file}"}, context={"folder": place.key_file.parent}
    )


@pytest.fixture(params=["to-postgresql", "to-sqlite", "between-servers"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Place, str]:
    """A store that is full, and where it is to go."""
    source: Place = request.getfixturevalue("sqlite_place" if request.param == "to-postgresql" else "postgres_place")
    if request.param == "to-sqlite":
        return source, f"sqlite:///{tmp_path}/moved.db"
    return source, request.getfixturevalue("postgres_url")


def test_every_row_arrives_and_the_old_place_refuses(way: tuple[Place, str]) -> None:
    place, url = way
    db = place.open()
    fill(db)
    before = content(db)
    moved = move(db, settings(place), ["suporte", "novo"], url)
    assert moved.rows["movements"] == MANY
    assert moved.rows["links"] == 40
    with opened(url, place) as there:
        before_it, after_it = json.loads(before), json.loads(content(there))
        assert "'token': 2" in str(after_it.pop("leases"))  # goes on from where it was: the move itself held it
        before_it.pop("leases")
        assert after_it == before_it
        with hold(there, "suporte") as lease:
            assert lease.fence.token == 3
        with there.write() as tx:  # numbers go on above those that came along
            new = links.add(tx, "suporte", Both("x", "y"), bases=Both({}, {}), protocolos=Both(None, None), made=None,
                            since=0.0)  # fmt: skip
            assert new == 41
    for attempt in (place.open, lambda: hold(db, "suporte").__enter__()):
        with pytest.raises(ConfigError, match="was moved"):
            attempt()
    db.close()


@contextmanager
def opened(url: str, place: Place) -> Iterator[Database]:
    db = open_database(url, key_file=place.key_file)
    yield db
    db.close()


def test_a_place_that_is_not_empty_is_refused(way: tuple[Place, str]) -> None:
    place, url = way
    db = place.open()
    fill(db)
    with opened(url, place) as there, there.write() as tx:
        waiting.put(tx, "outro", Wait(Kind.FAILED, Side.LEFT, "9", "uncertain"), 3.0)
    with pytest.raises(ConfigError, match="already"):
        move(db, settings(place), ["suporte"], url)
    works_on(db)
    db.close()


def works_on(db: Database) -> None:
    """Nothing has happened to the old store."""
    with hold(db, "suporte"), db.read() as tx:
        assert links.count(tx, "suporte") == 40


def test_the_same_place_is_not_empty(place: Place) -> None:
    db = place.open()
    with pytest.raises(ConfigError, match="nothing to move"):
        move(db, settings(place), ["suporte"], place.url)
    fill(db)
    with pytest.raises(ConfigError, match="already"):
        move(db, settings(place), ["suporte"], place.url)
    works_on(db)
    db.close()


def test_while_somebody_works_on_any_pair_nothing_is_moved(way: tuple[Place, str]) -> None:
    place, url = way
    db, other = place.open(), place.open()
    fill(db)
    with hold(other, "suporte"), pytest.raises(PairHeld):
        move(db, settings(place), [], url)  # a pair that the configuration no longer names
    works_on(db)
    db.close()
    other.close()


def test_a_copy_that_is_not_equal_is_thrown_away(way: tuple[Place, str], monkeypatch: pytest.MonkeyPatch) -> None:
    place, url = way
    db = place.open()
    fill(db)

    class Forgetful(copying._Total):
        def add(self, rows: list[tuple[object, ...]]) -> None:
            super().add([row for row in rows if "m77" not in row or self.rows])

    with opened(url, place):
        pass
    sums = itertools.cycle([copying._Total, Forgetful])
    monkeypatch.setattr(copying, "_Total", lambda: next(sums)())  # noqa: PLW0108  another one each time
    with pytest.raises(StoreError, match="movements"):
        move(db, settings(place), ["suporte"], url)
    with opened(url, place) as there, there.read() as tx:
        assert copying.is_empty(tx)
    works_on(db)
    db.close()


def test_a_move_that_breaks_off_leaves_the_old_store_in_use(
    way: tuple[Place, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, url = way
    db = place.open()
    fill(db)
    whole = copying._batches

    def torn(tx: Any, table: Any) -> Any:
        if table.name == "movements":
            raise StoreError("the state store failed: the server went away")
        return whole(tx, table)

    monkeypatch.setattr(copying, "_batches", torn)
    with pytest.raises(StoreError):
        move(db, settings(place), ["suporte"], url)
    monkeypatch.undo()
    works_on(db)
    assert move(db, settings(place), ["suporte"], url).rows["links"] == 40
    db.close()


def test_a_lease_that_is_lost_on_the_way_stops_it(sqlite_place: Place, postgres_url: str) -> None:
    db = sqlite_place.open()
    fill(db)

    @contextmanager
    def overtaken(*given: Any) -> Iterator[Lease]:
        with hold(*given) as lease:
            with db.write() as tx:
                tx.execute(text("UPDATE leases SET token = token + 1, expires = 0"))
            yield lease

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "hold", overtaken)
        with pytest.raises(LeaseLost):
            move(db, settings(sqlite_place), ["suporte"], postgres_url)
    works_on(db)
    db.close()


def test_a_decision_made_meanwhile_is_refused_and_not_lost(
    way: tuple[Place, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be written into a store that nobody reads any more."""
    place, url = way
    db, other = place.open(), place.open()
    fill(db)
    outcomes: list[str] = []

    def decide() -> None:
        try:
            with other.write() as tx:
                waiting.decide(tx, 1, "retry")
            outcomes.append("written")
        except ConfigError as error:
            outcomes.append(error.message)

    person = threading.Thread(target=decide)
    whole = copying.copy

    def copy(*given: Any) -> dict[str, int]:
        done = whole(*given)
        person.start()
        person.join(0.1)
        assert outcomes == []  # it waits for what becomes of the store
        return done

    monkeypatch.setattr(copying, "copy", copy)
    move(db, settings(place), ["suporte"], url)
    person.join(10)
    assert [outcome[:26] for outcome in outcomes] == ["this state store was moved"]
    db.close()
    other.close()


# --- the key -------------------------------------------------------------------------------------------------------


def test_the_key_goes_where_the_new_place_looks_for_it(sqlite_place: Place, tmp_path: Path) -> None:
    db = sqlite_place.open()
    fill(db)
    state = StateSettings.model_validate({"url": "sqlite:///bridge.db"}, context={"folder": tmp_path})
    moved = move(db, state, ["suporte"], "sqlite:///other.db")
    assert moved.key == tmp_path / "other.key"
    assert moved.key.read_text().strip() == KEY
    assert moved.key.stat().st_mode & 0o777 == 0o600
    db.close()


def test_the_key_of_another_store_is_not_replaced(sqlite_place: Place, tmp_path: Path) -> None:
    db = sqlite_place.open()
    fill(db)
    (tmp_path / "other.key").write_text("of another store altogether")
    state = StateSettings.model_validate({"url": "sqlite:///bridge.db"}, context={"folder": tmp_path})
    with pytest.raises(ConfigError, match="key of another store"):
        move(db, state, ["suporte"], "sqlite:///other.db")
    assert (tmp_path / "other.key").read_text() == "of another store altogether"
    works_on(db)
    db.close()


def test_an_address_with_a_password_is_refused(sqlite_place: Place) -> None:
    db = sqlite_place.open()
    fill(db)
    with pytest.raises(ConfigError, match="write a reference") as refused:
        move(db, settings(sqlite_place), ["suporte"], "postgresql+psycopg://u:geheim@h/db")
    assert "geheim" not in str(refused.value)
    db.close()


# --- copies --------------------------------------------------------------------------------------------------------


def test_a_backup_of_either_kind_is_a_store_that_works(place: Place, tmp_path: Path) -> None:
    db, other = place.open(), place.open()
    fill(db)
    with hold(other, "suporte") as lease, other.write(lease.fence) as tx:  # also while somebody is writing
        tx.execute(text("UPDATE links SET writes = 9"))
        copied = care.backup(db, tmp_path / "safe", place.key_file)
    assert copied.key is not None
    for file in (copied.store, copied.key):
        assert file.stat().st_mode & 0o777 == 0o600
    restored = open_database(f"sqlite:///{copied.store}", key_file=copied.key)
    with restored.read() as tx:
        assert {link.writes for link in links.all_of(tx, "suporte")} == {0}
        assert copying.count(tx)["movements"] == MANY
    restored.close()
    with pytest.raises(ConfigError, match="empty folder"):
        care.backup(db, tmp_path / "safe", place.key_file)
    db.close()
    other.close()


def test_the_doctor_finds_both_kinds_in_health(place: Place) -> None:
    db = place.open()
    fill(db)
    found = {topic: (ok, seen) for topic, ok, seen in care.examine(db, place.key_file)}
    rows = found["rows"][1].split(", ")
    assert {"cursors 0", "intents 1", "leases 1", "links 40", "movements 1007", "waiting 1"} <= set(rows)
    looks = {topic for topic, (ok, _) in found.items() if not ok}
    if place.kind == "sqlite":
        assert looks == set()
        assert found["integrity"] == (True, "ok")
    else:
        assert looks == {"synchronous_commit"}  # the server of the tests is a fast one, not a safe one
        assert found["server"][1].startswith("PostgreSQL ")
        assert found["session"] == (True, "a process that dies is noticed at once")
    place.key_file.chmod(0o644)
    assert ("bridge.key", False, "mode 0644") in care.examine(db, place.key_file)
    db.close()
