# make run      everything with demonstration data, on http://127.0.0.1:8000 (PORT=… HOST=…)
# make test     all tests but the slow ones       make check   lint, types and tests: what CI runs
# make reset    stop what runs here, delete var/  make help    the rest
#
# Needs Python 3.11 with venv, make and the network for the first run. The first goal of each kind makes
# .venv and node_modules; a change of a lock makes them again.

PYTHON ?= python3.11
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --progress-bar off --require-hashes
LAUNCH := $(PY) -m app.cli.launch
PYTEST := $(PY) -m pytest
UV_VERSION := 0.13.8
POSTGRESQL_15 ?= /usr/lib/postgresql/15/bin

.DEFAULT_GOAL := run
.PHONY: run reset test test-all check lint types format migrate migration bench lock assets dev chromium help
.DELETE_ON_ERROR:

run: .venv/runtime.stamp assets
	@exec $(LAUNCH)

reset: .venv/runtime.stamp
	@$(LAUNCH) reset

test: dev assets chromium
	$(PYTEST) -n 2 -m "not slow" $(ARGS)

test-all: dev assets chromium
	@test -x $(POSTGRESQL_15)/initdb || { echo "PostgreSQL 15 is needed in $(POSTGRESQL_15): apt-get install postgresql-15"; exit 1; }
	$(PYTEST) -n 2 $(ARGS)
	TEST_DATABASE_SERVER=$(POSTGRESQL_15) $(PYTEST) -n 2 $(ARGS)

check: lint types test

lint: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) .venv/bin/lint-imports

types: dev
	$(PY) -m mypy .

format: dev
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

migrate: .venv/runtime.stamp
	$(LAUNCH) exec $(PY) -m alembic upgrade head

# make migration NAME="points of a new kind": a numbered draft, from the difference between models and database.
migration: dev
	@test -n "$(NAME)" || { echo 'make migration NAME="what it does"'; exit 1; }
	$(LAUNCH) exec $(PY) -m alembic upgrade head
	$(LAUNCH) exec $(PY) -m alembic revision --autogenerate -m "$(NAME)" \
	  --rev-id "$$(printf '%04d' $$(( $$(ls migrations/versions/*.py | wc -l) + 1 )))"

# Each prints one JSON line; figures that were taken stand in bench/README.md.
bench: dev
	@for script in bench/[a-z]*.py; do $(PY) -m "bench.$$(basename $$script .py)" || exit 1; done

# The lock tool lives outside the tree: its own project files name registries.
lock:
	@where=$$(mktemp -d) && trap 'rm -rf "$$where"' EXIT && $(PYTHON) -m venv "$$where" && \
	"$$where/bin/pip" install --quiet --disable-pip-version-check uv==$(UV_VERSION) && \
	for set in runtime dev; do "$$where/bin/uv" pip compile --quiet --generate-hashes --no-emit-index-url \
	  --no-header --universal --python-version 3.11 $(LOCK) requirements/$$set.in -o requirements/$$set.txt || exit 1; done
	npm install --package-lock-only

assets: node_modules/.stamp

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@echo "also: test-all lint types format migrate migration bench lock assets"

dev: .venv/dev.stamp

.venv/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed (PYTHON=… names it)."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv is needed; on Debian: apt-get install python3.11-venv"; rm -rf .venv; exit 1; }

# A developer's environment holds more than running needs, so it is left as it is.
.venv/runtime.stamp: requirements/runtime.txt | .venv/pyvenv.cfg
	@echo "Installing the Python packages (once) …"
	@$(PIP) -r requirements/runtime.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt | .venv/pyvenv.cfg
	@echo "Installing the Python packages for development (once) …"
	@$(PIP) -r requirements/dev.txt
	@touch .venv/runtime.stamp $@

node_modules/.stamp: package-lock.json app/cli/assets.py | .venv/runtime.stamp
	@echo "Installing the browser libraries (once) …"
	@$(PY) -m app.cli.assets
	@touch $@

# Browser tests are never skipped: they need Debian's Chromium and a Chinese font.
CHROMIUM := chromium fonts-noto-cjk
chromium:
	@if ! test -x /usr/bin/chromium || ! test -d /usr/share/fonts/opentype/noto; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -q -y --no-install-recommends $(CHROMIUM); \
	  else echo "The browser tests need: sudo apt-get install -y --no-install-recommends $(CHROMIUM)"; exit 1; fi; fi
