# Everything a newcomer needs: `make run`, `make test`, `make check`.
PYTHON ?= python3
BIN := .venv/bin
# The lock names everything: nothing is to be resolved, so that a later release cannot come in between.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.PHONY: install run test check format lint types contracts dialogues bench bench-console bench-pipeline soak lock

install: .venv/develops

# What runs is the part of the lock above its development mark.
.venv/runs: requirements.lock
	$(PYTHON) -m venv .venv
	sed '/^# development$$/,$$d' requirements.lock > .venv/runtime.lock
	$(PIP) -r .venv/runtime.lock
	touch $@

.venv/develops: .venv/runs
	$(PIP) -r requirements.lock
	touch $@

run: .venv/runs
	$(BIN)/python -m bot run

# The model is trained once, before several processes would begin to.
# The databases lie in memory where /dev/shm has room, else on the disk; TMPDIR=… says where.
test: install
	$(BIN)/python -m dialogues train --data-dir build
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: install lint types contracts dialogues test

# Every fault at length, in less than 20 minutes; or those named: make soak ONLY="disk_full".
soak: install
	$(BIN)/python -m tests.soak $(ONLY)

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

# What we compare ourselves with is installed beside us in an environment of its own.
build/bench-venv/installed: requirements.lock benchmarks/requirements.txt
	$(PYTHON) -m venv build/bench-venv
	sed '/^# development$$/,$$d' requirements.lock > build/bench-venv/runtime.lock
	build/bench-venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r build/bench-venv/runtime.lock
	build/bench-venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
		-r benchmarks/requirements.txt
	touch $@

bench: build/bench-venv/installed
	build/bench-venv/bin/python -m benchmarks.dialogue_turn

# Takes an hour and a half: everything, or what is named: make bench-pipeline ONLY="turns loop".
bench-pipeline: build/bench-venv/installed
	build/bench-venv/bin/python -m benchmarks.pipeline $(ONLY)

# Every page of the console, with 200,000 leads: half an hour the first time, as both databases are filled
# then. Or some pages on one of them: make bench-console ONLY="leads audit --on SQLite".
bench-console: install
	$(BIN)/python -m benchmarks.console $(ONLY)

# One lock for all supported Pythons, with hashes; it names no index host. UPGRADE=1 takes newer releases.
lock:
	PYTHON=$(PYTHON) .ci/lock.sh $(if $(UPGRADE),--upgrade)
