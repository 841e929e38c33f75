# The first of these that runs here and is new enough; `make PYTHON=…` takes another.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
SCALE ?= 1
scaled = $(shell awk "BEGIN {print int($(1) * $(SCALE))}")
READY := $(VENV)/.ready
TOOLS := .tools
SITE := .site

# The program is started dozens of times: compiled once is enough, also where the environment forbids it.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install demo test lint smoke soak bench docs contents messages image lock clean

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

soak: $(READY) ## the long tests: strangers, kills, restarts, big tables, memory; two hours, SCALE=0.1 a tenth
	$(BIN)/python -m benchmarks.soak_fuzz --requests $(call scaled,100000)
	$(BIN)/python -m benchmarks.half_open
	$(BIN)/python -m benchmarks.soak_clicks --times $(call scaled,50) --answers $(call scaled,400)
	$(BIN)/python -m benchmarks.soak_changes --times $(call scaled,50)
	$(BIN)/python -m benchmarks.soak_alerts --scale $(SCALE)
	$(BIN)/python -m benchmarks.soak_mail --mails $(call scaled,300) --kills $(call scaled,20)
	$(BIN)/python -m benchmarks.soak_commands --commands $(call scaled,100000)
	$(BIN)/python -m benchmarks.big_tables --scale $(SCALE)

bench: $(READY) ## the benchmarks, ten minutes and 15 GB of disk; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

messages: $(READY) ## brings the catalogs of languages up to date with messages/
	$(BIN)/python -m docs.languages

$(TOOLS)/.ready: requirements-tools.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.txt
	touch $@

docs: $(READY) $(TOOLS)/.ready ## the documentation as a site, in .site/html
	$(BIN)/python -m docs.site $(SITE)/pages
	NO_MKDOCS_2_WARNING=1 $(TOOLS)/bin/mkdocs build --quiet --clean
	@echo "Open $(SITE)/html/index.html"

contents: $(READY) $(TOOLS)/.ready ## what runs, in .site: bill of materials, licenses, known weaknesses
	mkdir -p $(SITE)
	$(TOOLS)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-file $(SITE)/sbom.cdx.json requirements.txt
	$(TOOLS)/bin/pip-licenses --python=$(BIN)/python --from=mixed --format=markdown \
		--packages $$(sed -n 's/^\([A-Za-z0-9_.-]*\)==.*/\1/p' requirements.txt) > $(SITE)/licenses.md
	$(TOOLS)/bin/pip-audit --require-hashes --requirement requirements.txt

image: $(TOOLS)/.ready ## the container images: linted; where docker or podman works, built and run shut in
	$(TOOLS)/bin/hadolint Dockerfile
	deploy/try-image.sh

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header pyproject.toml

lock: ## pin every dependency with its hashes again: for developing, then from that what runs, and the demo
	$(LOCK) --extra dev -o requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt -o requirements.txt
	$(LOCK) --extra sandbox --constraint requirements-dev.txt -o requirements-demo.txt
	$(LOCK) --extra tools --constraint requirements-dev.txt -o requirements-tools.txt

clean: ## remove what was set up
	rm -rf $(VENV) $(TOOLS) $(SITE) .mypy_cache .ruff_cache .pytest_cache .hypothesis
