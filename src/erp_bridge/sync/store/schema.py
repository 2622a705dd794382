"""The tables of the state store. Ids, keyed digests, times, names of fields: no name, document or text of a ticket.

Times are seconds since 1970 in UTC. No text has a greatest length: SQLite would not keep to it, and PostgreSQL would
fail a pass over it. The newest revision in ``migrations/`` makes exactly these tables.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, Table, Text, UniqueConstraint

metadata = MetaData()

_id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself for INTEGER only

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

leases = Table(
    "leases",
    metadata,
    Column("pair", Text, primary_key=True),
    Column("token", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("expires", Float, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("pair", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated", Float, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", Text, nullable=False),
    Column("left_id", Text, nullable=False),
    Column("right_id", Text, nullable=False),
    Column("made", Text, nullable=False, default=""),  # the side of the twin, where the bridge made one
    Column("state", Text, nullable=False, default="active"),  # active | tombstone
    Column("left_base", Text, nullable=False, default="{}"),
    Column("right_base", Text, nullable=False, default="{}"),
    Column("left_prot", Text),
    Column("right_prot", Text),
    Column("writes", Integer, nullable=False, default=0),  # the N of the last `sN` marker
    Column("since", Float, nullable=False),
    UniqueConstraint("pair", "left_id", name="uq_links_left"),
    UniqueConstraint("pair", "right_id", name="uq_links_right"),
    Index("ix_links_left_prot", "pair", "left_prot"),
    Index("ix_links_right_prot", "pair", "right_prot"),
)

movements = Table(
    "movements",
    metadata,
    Column("pair", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("ticket", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("twin", Text),  # its copy on the other side; NULL where it is not carried
    Column("state", Text, nullable=False),  # carried | copy | kept
)

intents = Table(
    "intents",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", Text, nullable=False),
    Column("side", Text, nullable=False),  # where the write goes
    Column("operation", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("part", Text, nullable=False, default=""),
    Column("target", Text),
    Column("marker", Text),
    Column("cliente", Text),
    Column("digest", Text, nullable=False),
    Column("base", Text, nullable=False, default="{}"),  # digests of the source as planned
    Column("sent", Float, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # open | done | void | doubt
    Index("ix_intents_open", "pair", "state"),
)

waiting = Table(
    "waiting",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", Text, nullable=False),
    Column("kind", Text, nullable=False),  # conflict | quarantine | doubt | failed
    Column("side", Text, nullable=False),
    Column("ticket", Text, nullable=False),
    Column("field", Text, nullable=False, default=""),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False, default="{}"),
    Column("since", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("decision", Text),
    UniqueConstraint("pair", "kind", "side", "ticket", "field", name="uq_waiting"),
)

passes = Table(
    "passes",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", Text, nullable=False),
    Column("started", Float, nullable=False),
    Column("ended", Float),
    Column("full", Integer, nullable=False, default=0),
    Column("config", Text, nullable=False, default=""),
    Column("offsets", Text, nullable=False, default="{}"),
    Column("report", Text, nullable=False, default="{}"),
    Column("error", Text),
    Index("ix_passes_pair", "pair", "id"),
)

#: One migration of history: what was chosen, and how far it has come.
migrations = Table(
    "migrations",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", Text, nullable=False),
    Column("source", Text, nullable=False),  # the side that tickets come from
    Column("since", Text, nullable=False, default=""),  # days of opening, YYYY-MM-DD
    Column("until", Text, nullable=False, default=""),
    Column("status", Text, nullable=False, default=""),
    Column("position", Text, nullable=False, default=""),  # tickets up to this id are done, or stand in `migrated`
    Column("started", Float, nullable=False),
    Column("ended", Float),  # when the listing had come to its end
    Column("seconds", Float, nullable=False, default=0.0),
    Column("requests_left", Integer, nullable=False, default=0),
    Column("requests_right", Integer, nullable=False, default=0),
    Column("movements", Integer, nullable=False, default=0),
    UniqueConstraint("pair", "source", "since", "until", "status", name="uq_migrations"),
)

#: What became of each ticket that a migration has taken up.
migrated = Table(
    "migrated",
    metadata,
    Column("pair", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("ticket", Text, primary_key=True),
    Column("month", Text, nullable=False),  # of its opening, YYYY-MM
    Column("status", Text, nullable=False),
    Column("state", Text, nullable=False),  # pending | moved | quarantined | in_doubt | failed | skipped
    Column("code", Text, nullable=False, default=""),
    Column("field", Text, nullable=False, default=""),
    Index("ix_migrated_state", "pair", "source", "state"),
)

#: Tickets of the target that were there before, by digests of protocolos: their own, and words that may be one.
sightings = Table(
    "sightings",
    metadata,
    Column("pair", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("ticket", Text, primary_key=True),
)

#: How far the tickets of a side were looked through for twins.
surveys = Table(
    "surveys",
    metadata,
    Column("pair", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("position", Text, nullable=False, default=""),
    Column("ended", Float),
)

#: When people were last told that something waits in a pair.
notices = Table(
    "notices",
    metadata,
    Column("pair", Text, primary_key=True),
    Column("tried", Float, nullable=False),
    Column("told", Float, nullable=False, default=0.0),  # when the last try went well
    Column("seen", Float, nullable=False, default=0.0),  # since when the newest has waited that was told of
)

#: What one pass found and did about one ticket: names of fields, numbers and codes. Cleared when it is old.
steps = Table(
    "steps",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", Text, nullable=False),
    Column("pass", BigInteger, nullable=False),
    Column("token", BigInteger, nullable=False),  # of the lease; the intents of that pass carry it too
    Column("left_id", Text),
    Column("right_id", Text),
    Column("read_at", Float, nullable=False),
    Column("merged_at", Float, nullable=False),
    Column("read", Text, nullable=False),
    Column("merged", Text, nullable=False),
    Column("written_at", Float),
    Column("written", Text, nullable=False, default="{}"),
    Column("times", Integer, nullable=False, default=1),  # passes in a row that found just the same
    Index("ix_steps_left", "pair", "left_id"),
    Index("ix_steps_right", "pair", "right_id"),
    Index("ix_steps_age", "pair", "merged_at"),
)
