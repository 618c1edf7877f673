"""From YAML to the typed model: lines kept, shapes held, nesting made flat."""
