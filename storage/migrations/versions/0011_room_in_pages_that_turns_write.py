"""Room in the pages that turns write"""

from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

TABLES = ('applicants', 'chats', 'conversations')


def upgrade() -> None:
    """What is written over finds room beside itself, so that no index has to be written as well."""
    if op.get_bind().dialect.name == 'postgresql':
        for table in TABLES:
            op.execute(f'alter table {table} set (fillfactor = 70)')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table in TABLES:
            op.execute(f'alter table {table} reset (fillfactor)')
