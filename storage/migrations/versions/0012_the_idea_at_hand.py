"""The idea at hand"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Several ideas to an applicant: the one that was taken up last is at hand."""
    with op.batch_alter_table('ideas') as table:
        table.add_column(sa.Column('taken_up', sa.Integer(), nullable=True))
        table.add_column(sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('update ideas set taken_up = id')
    op.execute("update ideas set sent_at = updated_at where state = 'sent'")
    with op.batch_alter_table('ideas') as table:
        table.alter_column('taken_up', nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('ideas') as table:
        table.drop_column('sent_at')
        table.drop_column('taken_up')
