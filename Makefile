# make run   starts the shop on this machine          make test   runs the whole suite
# make check looks for faults in style and structure  make lock   pins the requirements anew
# make test-machine  deploys the whole shop for real, minutes long (root, Debian)

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin

.PHONY: run test test-machine check lock benchmark-assistant benchmark-protocol benchmark-turns clean

run: .venv/runs
	@$(BIN)/flask db upgrade
	@$(BIN)/flask seed-demo --if-empty
	@$(BIN)/python run.py

test: .venv/tests
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal

test-machine: .venv/tests
	$(BIN)/python -m pytest -m machine --numprocesses 2 --dist loadfile

check: .venv/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

lock: .venv/tests
	$(BIN)/uv pip compile --quiet --universal --no-header --generate-hashes --python-version 3.11 --upgrade \
	  requirements.in --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --no-header --generate-hashes --python-version 3.11 \
	  --constraint requirements.txt requirements-dev.in --output-file requirements-dev.txt

benchmark-assistant: .venv/tests
	$(BIN)/python -m benchmarks.assistant

benchmark-protocol: .venv/tests
	$(BIN)/python -m benchmarks.protocol

benchmark-turns: .venv/tests
	$(BIN)/python -m benchmarks.turns

clean:
	rm -rf .venv instance .pytest_cache .hypothesis .ruff_cache .mypy_cache

# uv installs in seconds what pip needs a minute for; without it pip does.
.venv/made:
	$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed: make PYTHON=python3.11 …' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv .venv
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

.venv/runs: .venv/made requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/tests: .venv/runs requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@
