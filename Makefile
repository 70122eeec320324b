# Two commands are enough: `make run` shows the demo city, `make test` runs every test.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
UV := uv==0.13.9
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist worksteal
export UV_PYTHON_DOWNLOADS := never
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup run test test-sqlite test-postgres check bench shots format lock words

# The environment, the package in it, the tables, the languages and the fonts. Safe to repeat.
setup: .venv/installed
	$(BIN)/takatuf setup

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make setup PYTHON=python3.11" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/takatuf demo
	TAKATUF_BASE_URL=$${TAKATUF_BASE_URL:-http://127.0.0.1:$(PORT)} \
	  $(BIN)/takatuf serve --with-worker --port $(PORT)

# Everything on SQLite, then what touches the database once more on a real PostgreSQL.
test: test-sqlite test-postgres

test-sqlite: setup
	TAKATUF_HOME=var/test DATABASE_URL= $(PYTEST)

test-postgres: setup
	TAKATUF_HOME=var/test $(BIN)/python -m takatuf.testing.postgres \
	  $(PYTEST) -p takatuf.testing.touching_the_database

# djlint looks for faults and lets the layout be: its formatter breaks lines where a space shows.
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/djlint takatuf --lint --quiet
	$(BIN)/lint-imports
	TAKATUF_HOME=var/test DATABASE_URL= $(PYTEST) tests/house tests/test_roles.py

bench: setup
	$(BIN)/python -m takatuf.testing.bench

# Every page at two widths, in both directions, light and dark, with an index: shots/index.html
shots: setup
	$(BIN)/python -m takatuf.testing.shots

format: .venv/installed
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

# For maintainers: solve the dependencies anew and write down their hashes.
lock: .venv/installed
	$(BIN)/uv pip compile --quiet pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --no-header --output-file requirements.lock

# For whoever adds a sentence: take it from the code into the three catalogues.
words: .venv/installed
	$(BIN)/python -m takatuf.config.words
