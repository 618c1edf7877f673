"""How quick the staff console is where much has happened; see docs/console/speed.md."""
