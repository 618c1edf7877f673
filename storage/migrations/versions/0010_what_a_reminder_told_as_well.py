"""What a reminder told as well"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'ix_reminders_merged_into',
        'reminders',
        ['merged_into'],
        unique=False,
        sqlite_where=sa.text('merged_into is not null'),
        postgresql_where=sa.text('merged_into is not null'),
    )


def downgrade() -> None:
    op.drop_index('ix_reminders_merged_into', table_name='reminders')
