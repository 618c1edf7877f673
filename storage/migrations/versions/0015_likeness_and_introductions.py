"""Words of ideas, leave to match them, and introductions"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('applicants', sa.Column('matching_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('applicants', sa.Column('watching_since', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_applicants_matching', 'applicants', ['id'], unique=False,
        sqlite_where=sa.text('matching_at is not null'), postgresql_where=sa.text('matching_at is not null'))
    op.add_column('ideas', sa.Column('words', sa.JSON(none_as_null=True), nullable=True))
    op.create_table('idea_words',
    sa.Column('sound', sa.String(length=40), nullable=False),
    sa.Column('idea_id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['idea_id'], ['ideas.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sound', 'idea_id'),
    sqlite_with_rowid=False
    )
    op.create_index('ix_idea_words_idea', 'idea_words', ['idea_id'], unique=False)
    op.create_table('alike_leads',
    sa.Column('lead_id', BIG_ID, nullable=False),
    sa.Column('other_id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['leads.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('lead_id', 'other_id')
    )
    op.create_index('ix_alike_leads_other_id', 'alike_leads', ['other_id'], unique=False)
    op.create_table('introductions',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('first_lead_id', BIG_ID, nullable=True),
    sa.Column('second_lead_id', BIG_ID, nullable=True),
    sa.Column('first_chat_id', BIG_ID, nullable=True),
    sa.Column('second_chat_id', BIG_ID, nullable=True),
    sa.Column('first_agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('second_agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_contact', sa.LargeBinary(), nullable=True),
    sa.Column('second_contact', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('proposed_by', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['first_chat_id'], ['chats.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['first_lead_id'], ['leads.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['second_chat_id'], ['chats.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['second_lead_id'], ['leads.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_introductions_first_chat_id', 'introductions', ['first_chat_id'], unique=False)
    op.create_index('ix_introductions_second_chat_id', 'introductions', ['second_chat_id'], unique=False)
    op.create_index('ix_introductions_asked', 'introductions', ['first_chat_id', 'second_chat_id'], unique=True,
        sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))


def downgrade() -> None:
    op.drop_table('introductions')
    op.drop_table('alike_leads')
    op.drop_table('idea_words')
    op.drop_column('ideas', 'words')
    op.drop_index('ix_applicants_matching', table_name='applicants')
    op.drop_column('applicants', 'watching_since')
    op.drop_column('applicants', 'matching_at')
