"""The staff's desk: roles, one-time links, topics, decisions, labels, live handoffs, the audit"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()
LEADS_OWN = sa.text('gone_at is null and lead_id is not null')
PEERS_OWN = sa.text('gone_at is null and peer_chat_id is not null')
COPIES = sa.text('copy_of is not null')
UNANSWERED = sa.text('answered_at is null and ended_at is null')


def upgrade() -> None:
    op.create_table('staff_links',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=True),
    sa.Column('made_by', BIG_ID, nullable=True),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('expires_at', INSTANT, nullable=False),
    sa.Column('used_at', INSTANT, nullable=True),
    sa.Column('used_by', BIG_ID, nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash'),
    sqlite_autoincrement=True,
    )
    op.create_table('audit',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('staff_id', BIG_ID, nullable=True),
    sa.Column('who', SEALED, nullable=True),
    sa.Column('verb', sa.String(length=32), nullable=False),
    sa.Column('result', sa.String(length=16), nullable=False),
    sa.Column('lead_id', BIG_ID, nullable=True),
    sa.Column('detail', SEALED, nullable=True),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_audit_at', 'audit', ['at'], unique=False)
    op.create_index('ix_audit_lead_id', 'audit', ['lead_id'], unique=False)
    op.create_index('ix_audit_staff_id', 'audit', ['staff_id'], unique=False)
    op.create_table('decisions',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('lead_id', BIG_ID, nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=True),
    sa.Column('words', SEALED, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('staff_id', BIG_ID, nullable=False),
    sa.Column('message_id', BIG_ID, nullable=True),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('closed_at', INSTANT, nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_decisions_lead_id', 'decisions', ['lead_id'], unique=False)
    op.create_index('ix_decisions_message_id', 'decisions', ['message_id'], unique=False)
    op.create_index('ix_decisions_staff_id', 'decisions', ['staff_id'], unique=False)
    op.create_table('lead_labels',
    sa.Column('lead_id', BIG_ID, nullable=False),
    sa.Column('label', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('lead_id', 'label')
    )
    op.create_index('ix_lead_labels_label', 'lead_labels', ['label'], unique=False)
    op.create_table('lead_mentions',
    sa.Column('lead_id', BIG_ID, nullable=False),
    sa.Column('message_id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('lead_id', 'message_id')
    )
    op.create_index('ix_lead_mentions_message_id', 'lead_mentions', ['message_id'], unique=False)
    op.create_table('threads',
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('desk_id', BIG_ID, nullable=False),
    sa.Column('lead_id', BIG_ID, nullable=True),
    sa.Column('peer_chat_id', BIG_ID, nullable=True),
    sa.Column('title', SEALED, nullable=True),
    sa.Column('opened_at', INSTANT, nullable=True),
    sa.Column('gone_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['desk_id'], ['chats.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['peer_chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('chat_id')
    )
    op.create_index('ix_threads_lead', 'threads', ['lead_id'], unique=False)
    op.create_index('ix_threads_one_a_lead', 'threads', ['desk_id', 'lead_id'], unique=True,
        sqlite_where=LEADS_OWN, postgresql_where=LEADS_OWN)
    op.create_index('ix_threads_one_a_peer', 'threads', ['desk_id', 'peer_chat_id'], unique=True,
        sqlite_where=PEERS_OWN, postgresql_where=PEERS_OWN)
    op.create_index('ix_threads_peer', 'threads', ['peer_chat_id'], unique=False)
    op.add_column('chats', sa.Column('handoff_id', BIG_ID, nullable=True))
    op.add_column('handoffs', sa.Column('lead_id', BIG_ID, nullable=True))
    op.add_column('handoffs', sa.Column('promised_at', INSTANT, nullable=True))
    op.add_column('handoffs', sa.Column('alerts', sa.Integer(), server_default='0', nullable=False))
    op.add_column('handoffs', sa.Column('staff_id', BIG_ID, nullable=True))
    op.add_column('handoffs', sa.Column('last_at', INSTANT, nullable=True))
    op.add_column('handoffs', sa.Column('relayed_to', BIG_ID, nullable=True))
    op.add_column('handoffs', sa.Column('ended_at', INSTANT, nullable=True))
    op.add_column('handoffs', sa.Column('ended_by', sa.String(length=16), nullable=True))
    op.create_index('ix_handoffs_waiting', 'handoffs', ['created_at'], unique=False,
        sqlite_where=UNANSWERED, postgresql_where=UNANSWERED)
    op.add_column('leads', sa.Column('consented', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column('leads', sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    op.add_column('leads', sa.Column('decided_at', INSTANT, nullable=True))
    op.add_column('leads', sa.Column('decline_reason', sa.String(length=32), nullable=True))
    op.add_column('leads', sa.Column('next_action', SEALED, nullable=True))
    op.add_column('leads', sa.Column('next_action_at', INSTANT, nullable=True))
    op.add_column('leads', sa.Column('snoozed_until', INSTANT, nullable=True))
    op.add_column('leads', sa.Column('score', sa.Integer(), nullable=True))
    op.add_column('leads', sa.Column('score_reasons', sa.JSON(), nullable=True))
    op.add_column('leads', sa.Column('overruled', SEALED, nullable=True))
    op.add_column('leads', sa.Column('duplicate_of', BIG_ID, nullable=True))
    op.add_column('leads', sa.Column('status_before', sa.String(length=16), nullable=True))
    op.add_column('leads', sa.Column('entered_by', BIG_ID, nullable=True))
    op.add_column('leads', sa.Column('language', sa.String(length=8), nullable=True))
    op.create_index('ix_leads_assignee', 'leads', ['assignee_id', 'status'], unique=False)
    op.create_index('ix_leads_duplicate_of', 'leads', ['duplicate_of'], unique=False)
    op.create_index('ix_leads_group', 'leads', ['group_id'], unique=False)
    op.create_index('ix_leads_next_action', 'leads', ['next_action_at'], unique=False)
    op.create_index('ix_leads_status', 'leads', ['status', 'id'], unique=False)
    op.add_column('messages', sa.Column('copy_of', BIG_ID, nullable=True))
    op.create_index('ix_messages_copy_of', 'messages', ['copy_of'], unique=False,
        sqlite_where=COPIES, postgresql_where=COPIES)
    op.add_column('staff_chats', sa.Column('is_forum', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('staff_chats', sa.Column('open_role', sa.String(length=16), nullable=True))
    op.add_column('staff_chats', sa.Column('trouble', sa.String(length=16), nullable=True))
    op.add_column('staff_chats', sa.Column('troubled_at', INSTANT, nullable=True))
    op.add_column('staff_members', sa.Column('role', sa.String(length=16), nullable=True))
    op.add_column('staff_members', sa.Column('invited_by', BIG_ID, nullable=True))
    op.add_column('staff_members', sa.Column('left_at', INSTANT, nullable=True))
    op.add_column('staff_members', sa.Column('digest_at', sa.String(length=5), nullable=True))
    # Until now whoever was in the chat could work leads, and no handoff was live.
    op.execute("update staff_chats set open_role = 'caseworker'")
    op.execute("update handoffs set ended_at = coalesce(answered_at, created_at)")


def downgrade() -> None:
    op.drop_index('ix_messages_copy_of', table_name='messages')
    op.drop_index('ix_leads_status', table_name='leads')
    op.drop_index('ix_leads_next_action', table_name='leads')
    op.drop_index('ix_leads_group', table_name='leads')
    op.drop_index('ix_leads_duplicate_of', table_name='leads')
    op.drop_index('ix_leads_assignee', table_name='leads')
    op.drop_column('staff_members', 'digest_at')
    op.drop_column('staff_members', 'left_at')
    op.drop_column('staff_members', 'invited_by')
    op.drop_column('staff_members', 'role')
    op.drop_column('staff_chats', 'troubled_at')
    op.drop_column('staff_chats', 'trouble')
    op.drop_column('staff_chats', 'open_role')
    op.drop_column('staff_chats', 'is_forum')
    op.drop_column('messages', 'copy_of')
    op.drop_column('leads', 'language')
    op.drop_column('leads', 'entered_by')
    op.drop_column('leads', 'status_before')
    op.drop_column('leads', 'duplicate_of')
    op.drop_column('leads', 'overruled')
    op.drop_column('leads', 'score_reasons')
    op.drop_column('leads', 'score')
    op.drop_column('leads', 'snoozed_until')
    op.drop_column('leads', 'next_action_at')
    op.drop_column('leads', 'next_action')
    op.drop_column('leads', 'decline_reason')
    op.drop_column('leads', 'decided_at')
    op.drop_column('leads', 'version')
    op.drop_column('leads', 'consented')
    op.drop_index('ix_handoffs_waiting', table_name='handoffs')
    op.drop_column('handoffs', 'ended_by')
    op.drop_column('handoffs', 'ended_at')
    op.drop_column('handoffs', 'relayed_to')
    op.drop_column('handoffs', 'last_at')
    op.drop_column('handoffs', 'staff_id')
    op.drop_column('handoffs', 'alerts')
    op.drop_column('handoffs', 'promised_at')
    op.drop_column('handoffs', 'lead_id')
    op.drop_column('chats', 'handoff_id')
    op.drop_table('threads')
    op.drop_table('lead_mentions')
    op.drop_table('lead_labels')
    op.drop_table('decisions')
    op.drop_table('audit')
    op.drop_table('staff_links')
