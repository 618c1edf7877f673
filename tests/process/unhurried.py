"""`python -m tests.process.unhurried run`: the assistant, where a group may be told as much as
there is to say: a day is to fit into a minute. How Telegram's limit is kept is tested elsewhere."""

from bot.pipeline import pacing

MOST = 2000  # posts to a group in a minute

if __name__ == "__main__":
    pacing.GROUP_LIMIT = MOST  # before those are read who take it from there
    from bot.commands import app

    app()
