"""Runs the revisions on the connection that the store has opened."""

from __future__ import annotations

from alembic import context

from erp_bridge.sync.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
