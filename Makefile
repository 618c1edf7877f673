# Everything a newcomer needs: `make run`, `make test`, `make check`.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed

.PHONY: install run test check format lint types contracts dialogues lock

install: $(STAMP)

$(STAMP): requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $(STAMP)

run: install
	$(BIN)/python -m bot run

test: install
	$(BIN)/python -m pytest

check: install lint types contracts dialogues test

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install
	$(BIN)/mypy

contracts: install
	$(BIN)/lint-imports

dialogues: install
	$(BIN)/python -m dialogues check

# One lock for all supported Pythons, with hashes; it names no index host.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group dev --upgrade pyproject.toml -o requirements.lock
