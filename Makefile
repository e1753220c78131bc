# run: serve the app. test: install what tests need and run them (slow ones in turns; test-all: all). The rest is for people who work on it.

PYTHON := $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
ADDRESS ?= localhost

.PHONY: run test test-all check texts load bench lock sbom audit chromium nginx

run: $(VENV)/ready
	@$(BIN)/python -m etl load --if-empty
	@LEDGER_EDIT_WITHOUT_SIGN_IN=$${LEDGER_EDIT_WITHOUT_SIGN_IN:-yes} $(BIN)/streamlit run app.py --server.port $(PORT) --server.address $(ADDRESS)

load: $(VENV)/ready
	$(BIN)/python -m etl load

test: $(VENV)/ready-for-tests chromium nginx
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --share commit

test-all: $(VENV)/ready-for-tests chromium nginx
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/ready-for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	$(BIN)/python -m etl check
	$(BIN)/python -m supply licences >/dev/null
	$(BIN)/python -m pytest tests/test_translations.py

# New texts into the French catalogues, to be translated; unused ones out.
texts: $(VENV)/ready-for-tests
	$(BIN)/python tests/texts.py

# Quick; `make bench BENCH=--long` takes more rounds.
bench: $(VENV)/ready-for-tests chromium
	$(BIN)/python -m bench $(BENCH)

# What is installed to run the product, in CycloneDX's form.
sbom: $(VENV)/ready-for-tests
	$(BIN)/python -m supply sbom sbom.json

# Known weaknesses in it: make audit DATABASE=all.zip (records of OSV); without one it says so.
audit: $(VENV)/ready-for-tests
	$(BIN)/python -m supply audit $(if $(DATABASE),--database $(DATABASE))

# Newest versions that fit pyproject.toml, locked with hashes for every platform.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra dev -o requirements-dev.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -c requirements-dev.lock -o requirements.lock pyproject.toml

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m dashboard.web.middleware.copies
	@touch $@

$(VENV)/ready-for-tests: requirements-dev.lock $(VENV)/ready
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Tests and pictures use the system's Chromium. Its shell without windows takes half the processor time: Debian's package
# when root; else the browser that is there.
chromium:
	@command -v chromium-headless-shell >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-dejavu-core >/dev/null; } || \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ echo "Please install Chromium (Debian, Ubuntu: sudo apt-get install chromium; macOS: brew install --cask chromium), then run make again."; exit 1; }

# The test of the shipped set-up starts nginx: Debian's package when root; without it that test is skipped and says so.
nginx:
	@PATH="$$PATH:/usr/sbin"; command -v nginx >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light >/dev/null; \
	fi
