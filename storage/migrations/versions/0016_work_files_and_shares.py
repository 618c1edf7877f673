"""Slow work of its own, files with what was attached, and links that show an idea"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OPEN = sa.text("state in ('to_do','doing')")


def upgrade() -> None:
    op.create_index('ix_outbox_work', 'outbox', ['due_at', 'id'], unique=False,
        sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table('files',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('idea_id', BIG_ID, nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('made_of', sa.String(length=32), nullable=True),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('mime_type', sa.String(length=96), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['idea_id'], ['ideas.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_files_chat_id', 'files', ['chat_id'], unique=False)
    op.create_index('ix_files_idea', 'files', ['idea_id', 'kind', 'id'], unique=False)
    op.create_table('attachments',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('idea_id', BIG_ID, nullable=False),
    sa.Column('medium', sa.String(length=16), nullable=False),
    sa.Column('handle', sa.LargeBinary(), nullable=False),
    sa.Column('handle_index', sa.String(length=32), nullable=False),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=True),
    sa.Column('file_id', BIG_ID, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['idea_id'], ['ideas.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('idea_id', 'handle_index'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_attachments_file_id', 'attachments', ['file_id'], unique=False)
    op.create_table('shares',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('idea_id', BIG_ID, nullable=False),
    sa.Column('seed', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['idea_id'], ['ideas.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_shares_idea_id', 'shares', ['idea_id'], unique=False)


def downgrade() -> None:
    op.drop_table('shares')
    op.drop_table('attachments')
    op.drop_table('files')
    op.drop_index('ix_outbox_work', table_name='outbox')
