"""The tables of the state store. Ids, keyed digests and times only: no name, no document, no text of a ticket.

Times are seconds since 1970 in UTC. The newest revision in ``migrations/`` makes exactly these tables.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

_id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself for INTEGER only

meta = Table("meta", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False))

leases = Table(
    "leases",
    metadata,
    Column("pair", String(80), primary_key=True),
    Column("token", BigInteger, nullable=False),
    Column("holder", String(200), nullable=False),
    Column("host", String(200), nullable=False),
    Column("expires", Float, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("pair", String(80), primary_key=True),
    Column("side", String(5), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated", Float, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", String(80), nullable=False),
    Column("left_id", String(80), nullable=False),
    Column("right_id", String(80), nullable=False),
    Column("made", String(5), nullable=False, default=""),  # the side of the twin, where the bridge made one
    Column("state", String(10), nullable=False, default="active"),  # active | tombstone
    Column("left_base", Text, nullable=False, default="{}"),
    Column("right_base", Text, nullable=False, default="{}"),
    Column("left_prot", String(40)),
    Column("right_prot", String(40)),
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
    Column("pair", String(80), primary_key=True),
    Column("side", String(5), primary_key=True),
    Column("ticket", String(80), primary_key=True),
    Column("id", String(80), primary_key=True),
    Column("twin", String(80)),  # its copy on the other side; NULL where it is not carried
    Column("state", String(10), nullable=False),  # carried | copy | kept
)

intents = Table(
    "intents",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", String(80), nullable=False),
    Column("side", String(5), nullable=False),  # where the write goes
    Column("operation", String(20), nullable=False),
    Column("source", String(80), nullable=False),
    Column("part", String(80), nullable=False, default=""),
    Column("target", String(80)),
    Column("marker", String(80)),
    Column("cliente", String(80)),
    Column("digest", String(40), nullable=False),
    Column("base", Text, nullable=False, default="{}"),  # digests of the source as planned
    Column("sent", Float, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),  # open | done | void | doubt
    Index("ix_intents_open", "pair", "state"),
)

waiting = Table(
    "waiting",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", String(80), nullable=False),
    Column("kind", String(12), nullable=False),  # conflict | quarantine | doubt | failed
    Column("side", String(5), nullable=False),
    Column("ticket", String(80), nullable=False),
    Column("field", String(80), nullable=False, default=""),
    Column("code", String(60), nullable=False),
    Column("detail", Text, nullable=False, default="{}"),
    Column("since", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("decision", String(120)),
    UniqueConstraint("pair", "kind", "side", "ticket", "field", name="uq_waiting"),
)

passes = Table(
    "passes",
    metadata,
    Column("id", _id, primary_key=True, autoincrement=True),
    Column("pair", String(80), nullable=False),
    Column("started", Float, nullable=False),
    Column("ended", Float),
    Column("full", Integer, nullable=False, default=0),
    Column("config", String(40), nullable=False, default=""),
    Column("offsets", Text, nullable=False, default="{}"),
    Column("report", Text, nullable=False, default="{}"),
    Column("error", String(200)),
    Index("ix_passes_pair", "pair", "id"),
)
