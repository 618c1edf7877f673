"""Links that bring somebody"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    # Columns are added in place: rebuilding the tables would take what hangs on them along.
    op.add_column('chats', sa.Column('source', sa.String(length=40), nullable=True))
    op.add_column('leads', sa.Column('source', sa.String(length=40), nullable=True))
    op.create_table('late_links',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('call_id', BIG_ID, nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('chat_id', BIG_ID, nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_late_links_chat_id', 'late_links', ['chat_id'], unique=False)


def downgrade() -> None:
    op.drop_table('late_links')
    op.drop_column('leads', 'source')
    op.drop_column('chats', 'source')
