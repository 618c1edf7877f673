"""Groups: members, what each said, votes, links to join, and the second person's yes"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
TOPICS = sa.text('topic_of is not null')


def upgrade() -> None:
    op.add_column('chats', sa.Column('speaks_for', BIG_ID, nullable=True))
    op.add_column('chats', sa.Column('topic_of', sa.String(length=64), nullable=True))
    op.create_index('ix_chats_topic_of', 'chats', ['topic_of'], unique=False,
        sqlite_where=TOPICS, postgresql_where=TOPICS)
    op.add_column('chats', sa.Column('side_after', BIG_ID, nullable=True))
    op.add_column('calls', sa.Column('sign_off', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('leads', sa.Column('group_id', BIG_ID, nullable=True))
    op.add_column('leads', sa.Column('members', sa.LargeBinary(), nullable=True))
    op.create_table('groups',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=True),
    sa.Column('introduced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('board_id', BIG_ID, nullable=True),
    sa.Column('board_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('question', sa.String(length=64), nullable=True),
    sa.Column('question_id', BIG_ID, nullable=True),
    sa.Column('staff_may_write', sa.Boolean(), nullable=False),
    sa.Column('two_agree', sa.Boolean(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('chat_id'),
    sqlite_autoincrement=True,
    )
    op.create_table('members',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('external_id', sa.String(length=64), nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=True),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('group_id', 'external_id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_members_chat_id', 'members', ['chat_id'], unique=False)
    op.create_table('contributions',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('idea_id', BIG_ID, nullable=False),
    sa.Column('question', sa.String(length=64), nullable=False),
    sa.Column('external_id', sa.String(length=64), nullable=True),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('media', sa.JSON(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('message_id', BIG_ID, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['idea_id'], ['ideas.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_contributions_group_id', 'contributions', ['group_id'], unique=False)
    op.create_index('ix_contributions_idea', 'contributions', ['idea_id', 'question', 'id'], unique=False)
    op.create_index('ix_contributions_message', 'contributions', ['message_id'], unique=False)
    op.create_table('votes',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('idea_id', BIG_ID, nullable=False),
    sa.Column('question', sa.String(length=64), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.Column('message_id', BIG_ID, nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('winner_id', BIG_ID, nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['idea_id'], ['ideas.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_votes_idea_id', 'votes', ['idea_id'], unique=False)
    op.create_index('ix_votes_group_id', 'votes', ['group_id'], unique=False)
    op.create_table('ballots',
    sa.Column('vote_id', BIG_ID, nullable=False),
    sa.Column('external_id', sa.String(length=64), nullable=False),
    sa.Column('contribution_id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['vote_id'], ['votes.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('vote_id', 'external_id'),
    )
    op.create_table('invites',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('seed', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_invites_group_id', 'invites', ['group_id'], unique=False)
    op.create_table('assignments',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('question', sa.String(length=64), nullable=False),
    sa.Column('member_id', BIG_ID, nullable=False),
    sa.Column('asked_by', sa.LargeBinary(), nullable=True),
    sa.Column('asked_by_id', BIG_ID, nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['members.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_assignments_group_id', 'assignments', ['group_id'], unique=False)
    op.create_table('sign_offs',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('group_id', BIG_ID, nullable=False),
    sa.Column('asked_by_id', BIG_ID, nullable=False),
    sa.Column('asked_of_id', BIG_ID, nullable=False),
    sa.Column('draft', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['members.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['asked_of_id'], ['members.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_sign_offs_group_id', 'sign_offs', ['group_id'], unique=False)


def downgrade() -> None:
    op.drop_table('sign_offs')
    op.drop_table('assignments')
    op.drop_table('invites')
    op.drop_table('ballots')
    op.drop_table('votes')
    op.drop_table('contributions')
    op.drop_table('members')
    op.drop_table('groups')
    op.drop_column('leads', 'members')
    op.drop_column('leads', 'group_id')
    op.drop_column('calls', 'sign_off')
    op.drop_column('chats', 'side_after')
    op.drop_index('ix_chats_topic_of', table_name='chats')
    op.drop_column('chats', 'topic_of')
    op.drop_column('chats', 'speaks_for')
