"""The staff console in the browser: the overview, the search, the calls, the proof."""
