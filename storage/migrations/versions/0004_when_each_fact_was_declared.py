"""When each fact was declared"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

APPLICANTS = sa.table(
    'applicants',
    sa.column('id', sa.BigInteger),
    sa.column('facts', sa.JSON),
    sa.column('facts_at', sa.JSON),
    sa.column('updated_at', sa.DateTime(timezone=True)),
)
AT_A_TIME = 1_000


def upgrade() -> None:
    with op.batch_alter_table('applicants', schema=None) as batch_op:
        batch_op.add_column(sa.Column('facts_at', sa.JSON(), nullable=False, server_default='{}'))
    date_what_is_known()


def date_what_is_known() -> None:
    """Every answer so far is taken to be as old as the last change of its row."""
    connection = op.get_bind()
    after = 0
    while rows := connection.execute(
        sa.select(APPLICANTS.c.id, APPLICANTS.c.facts, APPLICANTS.c.updated_at)
        .where(APPLICANTS.c.id > after).order_by(APPLICANTS.c.id).limit(AT_A_TIME)
    ).all():
        dated = [
            {'row': row.id, 'at': {name: _iso(row.updated_at) for name in row.facts}}
            for row in rows if row.facts
        ]
        if dated:
            connection.execute(
                sa.update(APPLICANTS).where(APPLICANTS.c.id == sa.bindparam('row'))
                .values(facts_at=sa.bindparam('at', type_=sa.JSON)),
                dated,
            )
        after = rows[-1].id


def _iso(instant: datetime) -> str:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


def downgrade() -> None:
    with op.batch_alter_table('applicants', schema=None) as batch_op:
        batch_op.drop_column('facts_at')
