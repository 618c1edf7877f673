"""The way of an update: inbox, turn, outbox, delivery, and the reminders that join it."""
