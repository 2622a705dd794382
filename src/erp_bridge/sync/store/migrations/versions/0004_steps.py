"""What passes found and did about single tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("pass", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("left_id", sa.Text(), nullable=True),
        sa.Column("right_id", sa.Text(), nullable=True),
        sa.Column("read_at", sa.Float(), nullable=False),
        sa.Column("merged_at", sa.Float(), nullable=False),
        sa.Column("read", sa.Text(), nullable=False),
        sa.Column("merged", sa.Text(), nullable=False),
        sa.Column("written_at", sa.Float(), nullable=True),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_steps_left", "steps", ["pair", "left_id"], unique=False)
    op.create_index("ix_steps_right", "steps", ["pair", "right_id"], unique=False)
    op.create_index("ix_steps_age", "steps", ["pair", "merged_at"], unique=False)


def downgrade() -> None:
    op.drop_table("steps")
