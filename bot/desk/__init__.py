"""The staff's desk: what staff do in their Telegram group, and the cards they do it with."""
