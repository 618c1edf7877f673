"""Slow work of its own"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

OPEN = sa.text("state in ('to_do','doing')")


def upgrade() -> None:
    op.create_index('ix_outbox_work', 'outbox', ['due_at', 'id'], unique=False,
        sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index('ix_outbox_work', table_name='outbox')
