"""Reminders snoozed and merged"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('subscriptions', sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('reminders', sa.Column('merged_into', BIG_ID, nullable=True))


def downgrade() -> None:
    op.drop_column('reminders', 'merged_into')
    op.drop_column('subscriptions', 'snoozed_until')
