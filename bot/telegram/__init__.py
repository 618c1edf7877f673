"""The only room that knows Telegram: updates in, Bot API calls out."""
