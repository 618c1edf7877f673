"""All that speaks to the outside: Telegram, the browser, the command line; and the wiring."""
