"""The console: saved searches, what was read, switches, broadcasts, other words, figures, ways out"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()
ABOUT_ONE = sa.text('chat_id is not null')
OPEN = sa.text('at_flow is not null')
COUNTING = sa.text('published_at is not null and ended_at is null')
IS_WORK = sa.text("state in ('to_do','doing')")


def upgrade() -> None:
    op.create_table('broadcasts',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('words', SEALED, nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('made_by', BIG_ID, nullable=True),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('started_at', INSTANT, nullable=True),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.Column('ended_by', BIG_ID, nullable=True),
    sa.Column('cursor', BIG_ID, nullable=False),
    sa.Column('expected', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_broadcasts_state', 'broadcasts', ['state'], unique=False)
    op.create_table('day_figures',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('figure', sa.String(length=32), nullable=False),
    sa.Column('part', sa.String(length=96), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'figure', 'part'),
    )
    op.create_index('ix_day_figures_figure', 'day_figures', ['figure', 'part', 'day'], unique=False)
    op.create_table('rewordings',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('response', sa.String(length=96), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('was', sa.JSON(), nullable=False),
    sa.Column('made_by', BIG_ID, nullable=True),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('published_at', INSTANT, nullable=True),
    sa.Column('published_by', BIG_ID, nullable=True),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_rewordings_counting', 'rewordings', ['response', 'language'], unique=True, sqlite_where=COUNTING, postgresql_where=COUNTING)
    op.create_index('ix_rewordings_response', 'rewordings', ['response', 'id'], unique=False)
    op.create_table('switches',
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('off_since', INSTANT, nullable=True),
    sa.Column('who', SEALED, nullable=True),
    sa.Column('why', SEALED, nullable=True),
    sa.PrimaryKeyConstraint('name'),
    )
    op.create_table('broadcast_recipients',
    sa.Column('broadcast_id', BIG_ID, nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('updated_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcasts.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('broadcast_id', 'chat_id'),
    )
    op.create_index('ix_broadcast_recipients_state', 'broadcast_recipients', ['broadcast_id', 'state', 'chat_id'], unique=False)
    op.create_index(op.f('ix_broadcast_recipients_chat_id'), 'broadcast_recipients', ['chat_id'], unique=False)
    op.create_table('misunderstood',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.Column('text', SEALED, nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('flow', sa.String(length=64), nullable=True),
    sa.Column('step', sa.String(length=128), nullable=True),
    sa.Column('intent', sa.String(length=64), nullable=True),
    sa.Column('given_by', BIG_ID, nullable=True),
    sa.Column('given_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_misunderstood_at'), 'misunderstood', ['at'], unique=False)
    op.create_index(op.f('ix_misunderstood_chat_id'), 'misunderstood', ['chat_id'], unique=False)
    op.create_table('saved_views',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('staff_id', BIG_ID, nullable=False),
    sa.Column('name', SEALED, nullable=False),
    sa.Column('query', SEALED, nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_saved_views_staff', 'saved_views', ['staff_id'], unique=False)
    op.create_table('web_hooks',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('chat_id', BIG_ID, nullable=False),
    sa.Column('address', SEALED, nullable=False),
    sa.Column('secret', SEALED, nullable=False),
    sa.Column('former_secret', SEALED, nullable=True),
    sa.Column('former_until', INSTANT, nullable=True),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('is_personal', sa.Boolean(), nullable=False),
    sa.Column('made_by', BIG_ID, nullable=True),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('paused_at', INSTANT, nullable=True),
    sa.Column('paused_why', sa.String(length=16), nullable=True),
    sa.Column('failing_since', INSTANT, nullable=True),
    sa.Column('ended_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['chat_id'], ['chats.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('chat_id'),
    sqlite_autoincrement=True,
    )
    op.create_table('hook_deliveries',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('hook_id', BIG_ID, nullable=False),
    sa.Column('event', sa.String(length=48), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('lead_id', BIG_ID, nullable=True),
    sa.Column('body', SEALED, nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('updated_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['hook_id'], ['web_hooks.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('hook_id', 'event'),
    sqlite_autoincrement=True,
    )
    op.create_index('ix_hook_deliveries_hook', 'hook_deliveries', ['hook_id', 'id'], unique=False)
    op.create_index(op.f('ix_hook_deliveries_lead_id'), 'hook_deliveries', ['lead_id'], unique=False)
    op.create_table('lead_reads',
    sa.Column('lead_id', BIG_ID, nullable=False),
    sa.Column('staff_id', BIG_ID, nullable=False),
    sa.Column('first_at', INSTANT, nullable=False),
    sa.Column('last_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('lead_id', 'staff_id'),
    )
    op.create_index('ix_leads_list', 'leads', ['id', 'status', 'kind', 'borough', 'theme', 'call_id', 'assignee_id', 'next_action_at', 'score'], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        # So that it knows how often each of some thousand words comes, and looks for rare ones by the index.
        op.execute('alter table lead_search alter column terms set statistics 1000')
    op.drop_index('ix_subscriptions_key', table_name='subscriptions')
    op.create_index('ix_subscriptions_key', 'subscriptions', ['call_id', 'plan', 'at_clock', 'closes_at', 'next_due_at', 'next_offset', 'snoozed_until', 'stopped_at'], unique=False)
    op.create_index('ix_subscriptions_call', 'subscriptions', ['call_id', 'chat_id', 'stopped_at'], unique=False)
    op.add_column('reminders', sa.Column('call_id', BIG_ID, nullable=True))
    op.execute('update reminders set call_id = (select call_id from subscriptions where subscriptions.id = reminders.subscription_id)')
    op.create_index('ix_reminders_call', 'reminders', ['call_id', 'closes_at', 'offset', 'state', 'due_at', 'id'], unique=False)
    op.create_index('ix_leads_call', 'leads', ['call_id', 'chat_id'], unique=False)
    op.add_column('audit', sa.Column('chat_id', BIG_ID, nullable=True))
    op.create_index('ix_audit_chat', 'audit', ['chat_id', 'id'], unique=False, sqlite_where=ABOUT_ONE, postgresql_where=ABOUT_ONE)
    op.add_column('console_sessions', sa.Column('seen_at', INSTANT, nullable=True))
    op.add_column('calls', sa.Column('publish_at', INSTANT, nullable=True))
    op.add_column('conversations', sa.Column('at_flow', sa.String(length=64), nullable=True))
    op.add_column('conversations', sa.Column('at_step', sa.String(length=128), nullable=True))
    op.create_index('ix_conversations_open', 'conversations', ['at_flow', 'at_step', 'updated_at'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index('ix_told_verdicts_told_at', 'told_verdicts', ['told_at'], unique=False)
    op.create_index('ix_outbox_work_chat', 'outbox', ['kind', 'chat_id', 'id'], unique=False, sqlite_where=IS_WORK, postgresql_where=IS_WORK)
    op.add_column('staff_members', sa.Column('email', SEALED, nullable=True))
    op.add_column('staff_members', sa.Column('email_token_hash', sa.String(length=64), nullable=True))
    op.add_column('staff_members', sa.Column('email_confirmed_at', INSTANT, nullable=True))
    op.add_column('staff_members', sa.Column('email_kinds', sa.JSON(), nullable=True))
    op.create_index(op.f('ix_staff_members_email_token_hash'), 'staff_members', ['email_token_hash'], unique=True)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('alter table lead_search alter column terms set statistics -1')
    op.drop_index('ix_leads_list', table_name='leads')
    op.drop_index('ix_leads_call', table_name='leads')
    op.drop_index(op.f('ix_staff_members_email_token_hash'), table_name='staff_members')
    op.drop_column('staff_members', 'email_kinds')
    op.drop_column('staff_members', 'email_confirmed_at')
    op.drop_column('staff_members', 'email_token_hash')
    op.drop_column('staff_members', 'email')
    op.drop_index('ix_told_verdicts_told_at', table_name='told_verdicts')
    op.drop_index('ix_conversations_open', table_name='conversations', sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index('ix_outbox_work_chat', table_name='outbox', sqlite_where=IS_WORK, postgresql_where=IS_WORK)
    op.drop_column('conversations', 'at_step')
    op.drop_column('conversations', 'at_flow')
    op.drop_column('calls', 'publish_at')
    op.drop_column('console_sessions', 'seen_at')
    op.drop_index('ix_reminders_call', table_name='reminders')
    op.drop_column('reminders', 'call_id')
    op.drop_index('ix_subscriptions_call', table_name='subscriptions')
    op.drop_index('ix_subscriptions_key', table_name='subscriptions')
    op.create_index('ix_subscriptions_key', 'subscriptions', ['call_id', 'plan', 'at_clock', 'id'], unique=False)
    op.drop_index('ix_audit_chat', table_name='audit', sqlite_where=ABOUT_ONE, postgresql_where=ABOUT_ONE)
    op.drop_column('audit', 'chat_id')
    op.drop_table('lead_reads')
    op.drop_index(op.f('ix_hook_deliveries_lead_id'), table_name='hook_deliveries')
    op.drop_index('ix_hook_deliveries_hook', table_name='hook_deliveries')
    op.drop_table('hook_deliveries')
    op.drop_table('web_hooks')
    op.drop_index('ix_saved_views_staff', table_name='saved_views')
    op.drop_table('saved_views')
    op.drop_index(op.f('ix_misunderstood_chat_id'), table_name='misunderstood')
    op.drop_index(op.f('ix_misunderstood_at'), table_name='misunderstood')
    op.drop_table('misunderstood')
    op.drop_index(op.f('ix_broadcast_recipients_chat_id'), table_name='broadcast_recipients')
    op.drop_index('ix_broadcast_recipients_state', table_name='broadcast_recipients')
    op.drop_table('broadcast_recipients')
    op.drop_table('switches')
    op.drop_index('ix_rewordings_response', table_name='rewordings')
    op.drop_index('ix_rewordings_counting', table_name='rewordings', sqlite_where=COUNTING, postgresql_where=COUNTING)
    op.drop_table('rewordings')
    op.drop_index('ix_day_figures_figure', table_name='day_figures')
    op.drop_table('day_figures')
    op.drop_index('ix_broadcasts_state', table_name='broadcasts')
    op.drop_table('broadcasts')
