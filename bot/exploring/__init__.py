"""The model checker: walks the flows with every kind of answer, and reports where they go wrong."""

import time

from bot.exploring.circles import circles
from bot.exploring.faults import Faults
from bot.exploring.report import Report, report
from bot.exploring.scratch import open_scratch
from bot.exploring.walking import Bounds, Monotonic, Walk
from bot.settings import SettingError, Settings

__all__ = ["Bounds", "Report", "explore"]


def explore(settings: Settings, bounds: Bounds, *, monotonic: Monotonic = time.monotonic) -> Report:
    """Walk the content that the settings name. Nothing of it is kept.

    Raises ContentError when the content does not check, and SettingError for a flow that is not
    there or that nothing a resident says can begin.
    """
    with open_scratch(settings) as scratch:
        content = scratch.core.content
        faults = Faults(content)
        walk = Walk(scratch, bounds, on_turn=faults.look_at, monotonic=monotonic)
        if bounds.flow is not None and bounds.flow not in walk.choices.starts:
            known = ", ".join(sorted(walk.choices.starts))
            raise SettingError("--flow", f"{bounds.flow} is none of {known}")
        graph = walk.run()
        found = [*faults.found.values(), *circles(content, graph)]
        return report(content, graph, bounds, found)
