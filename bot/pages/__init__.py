"""An idea on one page: put together, typeset and kept."""
