"""JSON Schemas of the YAML files, made from the models that the loader itself uses."""

import json
from collections.abc import Iterator
from pathlib import Path

from dialogues.specs import FILES


def write(folder: Path) -> Iterator[Path]:
    """One `<kind>.schema.json` for each kind of file."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, model in FILES.items():
        path = folder / f"{kind}.schema.json"
        path.write_text(json.dumps(model.model_json_schema(by_alias=True), indent=1) + "\n")
        yield path
