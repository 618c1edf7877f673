"""Everything that speaks to the outside: Telegram, the console, the command line, and the wiring."""
