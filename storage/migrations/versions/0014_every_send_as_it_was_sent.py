"""Every send as it was sent"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0012'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('change_requests',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('lead_id', BIG_ID, nullable=False),
    sa.Column('who', sa.LargeBinary(), nullable=True),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('answered', sa.LargeBinary(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_change_requests_lead_id', 'change_requests', ['lead_id'], unique=False)
    op.create_table('submissions',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('lead_id', BIG_ID, nullable=False),
    sa.Column('idea_id', BIG_ID, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('idea', sa.JSON(), nullable=True),
    sa.Column('attached', sa.LargeBinary(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('standing', sa.String(length=16), nullable=False),
    sa.Column('down_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('down_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('change_request_id', BIG_ID, nullable=True),
    sa.ForeignKeyConstraint(['change_request_id'], ['change_requests.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['idea_id'], ['ideas.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('lead_id', 'version'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_submissions_idea_id', 'submissions', ['idea_id'], unique=False)
    op.create_index(
        'ix_submissions_change_request_id', 'submissions', ['change_request_id'], unique=False
    )
    op.create_table('intake_spans',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('alive_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_intake_spans', 'intake_spans', ['channel', 'began_at'], unique=False)
    # What was sent before is the first version of its lead.
    op.execute(
        'insert into submissions (lead_id, idea_id, version, idea, facts, sent_at, stored_at,'
        ' standing) select id, idea_id, 1, idea, facts, created_at, created_at,'
        " 'open' from leads where status <> 'withdrawn'"
    )
    # A lead belongs to an idea and a call.
    op.execute(
        "update leads set dedupe_key = dedupe_key || ':' || coalesce(call_id, 0)"
        " where dedupe_key like 'idea:%'"
    )


def downgrade() -> None:
    op.execute(
        "update leads set dedupe_key = 'idea:' || idea_id"
        " where dedupe_key like 'idea:%' and idea_id is not null and id in"
        " (select min(id) from leads where dedupe_key like 'idea:%' group by idea_id)"
    )
    op.drop_table('intake_spans')
    op.drop_table('submissions')
    op.drop_table('change_requests')
