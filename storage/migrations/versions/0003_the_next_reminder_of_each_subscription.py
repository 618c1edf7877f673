"""The next reminder of each subscription"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
COMES = sa.text('next_due_at is not null')
CURRENT = sa.text('superseded_at is null')

plans = sa.table(
    'reminder_plans',
    sa.column('call_id', BIG_ID),
    sa.column('plan', sa.String),
    sa.column('at_clock', sa.String),
    sa.column('closes_at', INSTANT),
    sa.column('entries', sa.JSON),
    sa.column('made_at', INSTANT),
)


def upgrade() -> None:
    op.create_table('reminder_plans',
    sa.Column('id', BIG_ID, nullable=False),
    sa.Column('call_id', BIG_ID, nullable=False),
    sa.Column('plan', sa.String(length=120), nullable=False),
    sa.Column('at_clock', sa.String(length=5), nullable=False),
    sa.Column('closes_at', INSTANT, nullable=False),
    sa.Column('entries', sa.JSON(), nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('superseded_at', INSTANT, nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['calls.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sqlite_autoincrement=True
    )
    op.create_index('ix_reminder_plans_current', 'reminder_plans', ['call_id', 'plan', 'at_clock', 'closes_at'], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT)
    op.create_index('ix_outbox_message', 'outbox', ['message_id'], unique=False)

    # Columns are added in place: rebuilding the table would take the log along with it.
    op.add_column('subscriptions', sa.Column('plan', sa.String(length=120), nullable=True))
    op.add_column('subscriptions', sa.Column('at_clock', sa.String(length=5), nullable=True))
    op.add_column('subscriptions', sa.Column('closes_at', INSTANT, nullable=False, server_default='1970-01-01 00:00:00'))
    op.drop_index('ix_subscriptions_next_due_at', table_name='subscriptions')
    op.drop_index('ix_subscriptions_call_id', table_name='subscriptions')

    log_what_is_planned()
    keep_only_the_next()

    op.create_index('ix_subscriptions_key', 'subscriptions', ['call_id', 'plan', 'at_clock', 'id'], unique=False)
    op.create_index('ix_subscriptions_due', 'subscriptions', ['next_due_at', 'id'], unique=False, sqlite_where=COMES, postgresql_where=COMES)
    op.create_index('ix_subscriptions_call_due', 'subscriptions', ['call_id', 'next_due_at', 'id'], unique=False, sqlite_where=COMES, postgresql_where=COMES)


def log_what_is_planned() -> None:
    """One plan for each call and deadline, with the moments that most subscriptions share."""
    reminders = sa.table(
        'reminders', sa.column('subscription_id'), sa.column('offset'), sa.column('state'),
        sa.column('closes_at', INSTANT), sa.column('due_at', INSTANT), sa.column('updated_at', INSTANT),
    )
    subscriptions = sa.table('subscriptions', sa.column('id'), sa.column('call_id'))
    found = op.get_bind().execute(
        sa.select(
            subscriptions.c.call_id,
            reminders.c.closes_at,
            reminders.c.offset,
            sa.func.min(reminders.c.due_at, type_=INSTANT),
            sa.func.min(reminders.c.updated_at, type_=INSTANT),
        )
        .join(subscriptions, subscriptions.c.id == reminders.c.subscription_id)
        .where(reminders.c.state == 'planned')
        .group_by(subscriptions.c.call_id, reminders.c.closes_at, reminders.c.offset)
        .order_by(subscriptions.c.call_id, reminders.c.closes_at, sa.func.min(reminders.c.due_at))
    )
    made: dict[tuple, dict] = {}
    for call_id, closes_at, offset, due_at, made_at in found:
        plan = made.setdefault((call_id, closes_at), {
            'call_id': call_id, 'plan': '', 'at_clock': '', 'closes_at': closes_at,
            'entries': [], 'made_at': made_at,
        })
        plan['made_at'] = min(plan['made_at'], made_at)
        plan['entries'].append({'offset': offset, 'due_at': in_utc(due_at).isoformat(), 'skipped': None})
    if made:
        op.bulk_insert(plans, list(made.values()))


def keep_only_the_next() -> None:
    """What was planned becomes the next reminder; the rows stay where something became of them."""
    first = (
        "(select r.{} from reminders r where r.subscription_id = subscriptions.id"
        " and r.state = 'planned' order by r.due_at, r.id limit 1)"
    )
    due_at, offset, closes_at = (first.format(name) for name in ('due_at', '"offset"', 'closes_at'))
    op.execute(
        f"update subscriptions set next_due_at = {due_at}, next_offset = {offset},"
        f" closes_at = coalesce({closes_at}, (select c.closes_at from calls c where c.id = call_id))"
    )
    op.execute("update subscriptions set next_due_at = null, next_offset = null where stopped_at is not null")
    op.execute("delete from reminders where state = 'planned'")


def in_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def downgrade() -> None:
    op.drop_index('ix_subscriptions_call_due', table_name='subscriptions')
    op.drop_index('ix_subscriptions_due', table_name='subscriptions')
    op.drop_index('ix_subscriptions_key', table_name='subscriptions')
    op.execute(
        'insert into reminders (subscription_id, "offset", closes_at, due_at, state, updated_at)'
        " select id, next_offset, closes_at, next_due_at, 'planned', created_at"
        " from subscriptions where next_due_at is not null"
        " on conflict do nothing"
    )
    op.create_index('ix_subscriptions_call_id', 'subscriptions', ['call_id'], unique=False)
    op.create_index('ix_subscriptions_next_due_at', 'subscriptions', ['next_due_at'], unique=False)
    for column in ('closes_at', 'at_clock', 'plan'):
        op.drop_column('subscriptions', column)
    op.drop_index('ix_outbox_message', table_name='outbox')
    op.drop_table('reminder_plans')
