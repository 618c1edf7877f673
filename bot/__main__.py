"""The command line: `python -m bot`."""

import gc

# While hundreds of modules are read nothing is thrown away: looking for rubbish meanwhile takes a
# fifth of the time until the first reply.
gc.disable()

from bot.commands import app  # noqa: E402

gc.freeze()
gc.enable()

if __name__ == "__main__":
    app()
