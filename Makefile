PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FUZZ ?= 100000
READY := $(VENV)/.ready

# The program is started dozens of times: compiled once is enough, also where the environment forbids it.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install demo test lint soak bench lock clean

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

install: $(READY) ## set up .venv (every other command does this by itself)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
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

soak: $(READY) ## the long tests: FUZZ=100000 hostile requests, kills, a failing Slack; several minutes
	$(BIN)/python -m benchmarks.soak_fuzz --requests $(FUZZ)
	$(BIN)/python -m benchmarks.soak_alerts
	$(BIN)/python -m benchmarks.soak_mail

bench: $(READY) ## the benchmarks; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

lock: ## pin every dependency with its hashes again
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --extra dev pyproject.toml -o requirements.lock

clean: ## remove what was set up
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
