#!/usr/bin/env bash
# Compiles pyproject.toml into one lock for every supported Python: what runs, then what develops.
# Names no index host. Pass --upgrade to take newer releases.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
"$python" -m venv build/lock
build/lock/bin/python -m pip install --quiet uv

compile() {
  build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url pyproject.toml "$@"
}

[ "${1:-}" = "--upgrade" ] && rm -f build/runtime.lock build/all.lock
[ -f requirements.lock ] && [ "${1:-}" != "--upgrade" ] && cp requirements.lock build/all.lock
compile --group dev --output-file build/all.lock
compile --constraint build/all.lock --output-file build/runtime.lock

"$python" - <<'SCRIPT'
import pathlib
import re

def entries(path: str) -> list[str]:
    text = pathlib.Path(path).read_text()
    return [part.rstrip() for part in re.split(r"(?m)^(?=[A-Za-z0-9])", text) if part.strip()]

runtime = entries("build/runtime.lock")
names = {part.split("==")[0] for part in runtime}
rest = [part for part in entries("build/all.lock") if part.split("==")[0] not in names]
head = "# Made by `make lock` from pyproject.toml. Every version and hash is pinned.\n# runtime\n"
pathlib.Path("requirements.lock").write_text(
    head + "\n".join(runtime) + "\n\n# development\n" + "\n".join(rest) + "\n"
)
SCRIPT
