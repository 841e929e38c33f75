# The first of these that runs here and is new enough; `make PYTHON=…` takes another.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
FUZZ ?= 100000
READY := $(VENV)/.ready

# The program is started dozens of times: compiled once is enough, also where the environment forbids it.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install demo test lint smoke soak bench lock clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

install: $(READY) ## set up .venv (every other command does this by itself)

$(READY): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "There is no Python 3.11 or newer here; say where: make PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

demo: $(READY) ## everything on this machine, without any account
	$(BIN)/portalbot demo

lint: $(READY) ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint ## lint, then every test
	$(BIN)/pytest

smoke: ## install, migrate, demo, a command each, in a fresh environment: make smoke PYTHON=python3.13
	$(PYTHON) -m benchmarks.smoke

soak: $(READY) ## the long tests: FUZZ=100000 hostile requests, kills, a failing Slack; several minutes
	$(BIN)/python -m benchmarks.soak_fuzz --requests $(FUZZ)
	$(BIN)/python -m benchmarks.soak_alerts
	$(BIN)/python -m benchmarks.soak_mail

bench: $(READY) ## the benchmarks; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header pyproject.toml

lock: ## pin every dependency with its hashes again: for developing, then from that what runs, and the demo
	$(LOCK) --extra dev -o requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt -o requirements.txt
	$(LOCK) --extra sandbox --constraint requirements-dev.txt -o requirements-demo.txt

clean: ## remove what was set up
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
