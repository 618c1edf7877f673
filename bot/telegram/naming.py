"""What the assistant's own chat is called, for commands that print links into it."""

from bot.links import ChatLinks
from bot.settings import Settings
from bot.telegram.bot import open_bot


async def chat_links(settings: Settings) -> ChatLinks:
    """Into the chat on Telegram, which is asked for the bot's name; else into the preview. Raises
    TokenRefusedError or NoTelegramError."""
    if settings.token is None:
        return ChatLinks.of_preview(settings.own_address)
    async with open_bot(settings.token, api_url=settings.telegram_api_url) as (_bot, me):
        return ChatLinks.of_bot(me.username or "")
