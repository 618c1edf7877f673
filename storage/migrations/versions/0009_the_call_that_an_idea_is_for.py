"""The call that an idea is for"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('ideas', sa.Column('call_code', sa.String(length=24), nullable=True))
    op.create_index('ix_ideas_call_code', 'ideas', ['call_code'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_ideas_call_code', table_name='ideas')
    op.drop_column('ideas', 'call_code')
