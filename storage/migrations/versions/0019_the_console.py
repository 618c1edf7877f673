"""The staff console: who is signed in, and what leads are found by"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('console_sessions',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('staff_id', BIG_ID, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('former_hash', sa.String(length=64), nullable=True),
    sa.Column('agent', sa.LargeBinary(), nullable=True),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('rotated_at', INSTANT, nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('former_hash'),
    sa.UniqueConstraint('token_hash'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_console_sessions_staff_id', 'console_sessions', ['staff_id'], unique=False)
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("create virtual table lead_search using fts5(terms, detail=none, columnsize=0)")
        return
    op.execute(
        "create table lead_search (lead_id bigint primary key references leads on delete cascade,"
        " terms tsvector not null)"
    )
    op.execute("create index ix_lead_search_terms on lead_search using gin (terms)")


def downgrade() -> None:
    op.execute("drop table lead_search")
    op.drop_table('console_sessions')
