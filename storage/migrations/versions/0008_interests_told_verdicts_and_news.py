"""Interests, told verdicts, and news of calls"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('interests',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('value', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('chat_id', 'kind', 'value'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_interests_topic', 'interests', ['kind', 'value', 'chat_id'], unique=False)
    op.create_table('told_verdicts',
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('call_id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('chat_id', 'call_id')
    )
    op.create_index('ix_told_verdicts_call', 'told_verdicts', ['call_id', 'chat_id'], unique=False)
    op.create_table('call_news',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('call_id', BIG_ID, nullable=False),
    sa.Column('about', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_up_to', BIG_ID, nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('call_id', 'about'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_call_news_unfinished', 'call_news', ['id'], unique=False,
        sqlite_where=sa.text('finished_at is null'), postgresql_where=sa.text('finished_at is null'))
    # Nobody is told now of a call that opened long ago.
    op.execute(
        "insert into call_news (call_id, about, kind, before, at, told_up_to, finished_at)"
        " select id, 'opening', 'opened', '{}', opens_at, 0, opens_at from calls"
        " where opens_at <= current_timestamp and not is_draft"
    )


def downgrade() -> None:
    op.drop_table('call_news')
    op.drop_table('told_verdicts')
    op.drop_table('interests')
