# Everything needs nothing but make and Python 3.11 or newer; the rest is installed into .venv.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
SUITE_PYTHON ?= $(SUITE)/env/bin/python
EXTRAS := gateway,flask,django,asgi,dev
heading = @printf '\n== %s\n' '$(1)'

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo serve test lint types unit bench soak conformance build lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

setup: $(STAMP) ## create .venv and install everything at the versions of requirements-dev.lock

$(STAMP): pyproject.toml requirements-dev.lock
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'credit-sdk needs Python 3.11 or newer; name one with: make $(or $(MAKECMDGOALS),setup) PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo 'Python could not create .venv; on Debian and Ubuntu install the package python3-venv' >&2; exit 1; }
	@echo 'Installing into $(VENV) (a minute or two, once)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]' --constraint requirements-dev.lock
	@touch $@

demo: setup ## show the closed loop on a fictional province, from publication to repair
	@$(BIN)/python -m examples.demo

serve: setup ## keep the fictional province running, with its console
	@$(BIN)/python -m examples.demo --serve

test: lint types unit ## everything that must hold before a change is merged

lint: setup ## style, formatting and floors
	$(call heading,ruff check)
	@$(BIN)/ruff check
	$(call heading,ruff format --check)
	@$(BIN)/ruff format --check
	$(call heading,lint-imports)
	@$(BIN)/lint-imports

types: setup ## mypy, strict
	$(call heading,mypy)
	@$(BIN)/mypy

unit: setup ## pytest alone, without soak and bench
	$(call heading,pytest)
	@$(BIN)/python -m pytest -n 2

bench: setup ## measure
	@$(BIN)/python -m tests.benchmarks

soak: setup ## the tests that run for minutes
	@$(BIN)/python -m pytest -m soak

conformance: setup ## run the public tuf-conformance suite, from a checkout: SUITE=/path/to/tuf-conformance
	@test -d '$(SUITE)/tuf_conformance' || { \
		echo 'Name a checkout of theupdateframework/tuf-conformance: make conformance SUITE=/path/to/it' >&2; exit 1; }
	@test -x '$(SUITE_PYTHON)' || { echo 'Run `make dev` in the checkout, or name a Python with its requirements: SUITE_PYTHON=…' >&2; exit 1; }
	@cd '$(SUITE)' && PATH='$(CURDIR)/$(BIN)':"$$PATH" '$(SUITE_PYTHON)' -m pytest tuf_conformance \
		--entrypoint='$(CURDIR)/tests/conformance/tuf_client/client.py'

build: setup ## source distribution and wheel into dist/
	@$(BIN)/python -m build

lock: ## renew requirements-dev.lock from the newest versions pyproject.toml allows
	@$(or $(PYTHON),false) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	@{ sed -n '/^#/p' requirements-dev.lock; $(BIN)/python -m pip freeze --exclude-editable; } > requirements-dev.lock.new
	@mv requirements-dev.lock.new requirements-dev.lock
	@touch $(STAMP)

clean: ## remove .venv, dist and what the tools keep
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src gateway examples tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
