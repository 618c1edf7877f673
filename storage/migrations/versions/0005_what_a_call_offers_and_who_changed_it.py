"""What a call offers, and who changed it"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    # Columns are added in place: rebuilding the table would take the subscriptions along with it.
    op.add_column('calls', sa.Column('offering', sa.Text(), nullable=True))
    op.add_column('calls', sa.Column('link', sa.Text(), nullable=True))
    op.add_column('calls', sa.Column('may_close_early', sa.Text(), nullable=True))
    op.add_column('calls', sa.Column('is_draft', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('calls', sa.Column('sequence', sa.Integer(), nullable=False, server_default='0'))
    op.create_table('call_changes',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('call_id', BIG_ID, nullable=True),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.LargeBinary(), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_call_changes_code', 'call_changes', ['code', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('call_changes')
    for name in ('sequence', 'is_draft', 'may_close_early', 'link', 'offering'):
        op.drop_column('calls', name)
