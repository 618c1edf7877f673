"""The only room that knows Telegram: updates in, Bot API calls out."""

import os

# Durations as timedeltas, python-telegram-bot's coming default: it warns at each use until then.
os.environ.setdefault("PTB_TIMEDELTA", "true")
