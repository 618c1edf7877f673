"""What is learnt from staff: examples, trainings, and who wants none of it"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()


def upgrade() -> None:
    op.create_table('training_examples',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('misunderstood_id', BIG_ID, nullable=True),
    sa.Column('message_id', BIG_ID, nullable=True),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('text', SEALED, nullable=False),
    sa.Column('given_by', BIG_ID, nullable=True),
    sa.Column('given_at', INSTANT, nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_training_examples_chat_id'), 'training_examples', ['chat_id'], unique=False)
    op.create_index(op.f('ix_training_examples_misunderstood_id'), 'training_examples', ['misunderstood_id'], unique=False)
    op.create_index(op.f('ix_training_examples_message_id'), 'training_examples', ['message_id'], unique=False)
    op.create_table('trainings',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('made_by', SEALED, nullable=False),
    sa.Column('examples', sa.JSON(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.add_column('misunderstood', sa.Column('left_out', sa.String(length=16), nullable=True))
    op.add_column('chats', sa.Column('unlearnt_at', INSTANT, nullable=True))


def downgrade() -> None:
    op.drop_column('chats', 'unlearnt_at')
    op.drop_column('misunderstood', 'left_out')
    op.drop_table('trainings')
    op.drop_index(op.f('ix_training_examples_message_id'), table_name='training_examples')
    op.drop_index(op.f('ix_training_examples_misunderstood_id'), table_name='training_examples')
    op.drop_index(op.f('ix_training_examples_chat_id'), table_name='training_examples')
    op.drop_table('training_examples')
