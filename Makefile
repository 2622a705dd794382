# `make demo` shows it at work, `make test` proves it. Needs make and Python 3.11 or newer; uses uv when it is there.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
UV     := $(shell command -v uv 2>/dev/null)
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test lint types clean

help:
	@echo "make demo    two simulated ERPs, kept in step before your eyes"
	@echo "make test    all tests; one with: make test ARGS=tests/core"
	@echo "make lint    style, and which layer may import which"
	@echo "make types   types"

demo: $(READY)
	@$(BIN)/erp-bridge demo $(ARGS)

test: $(READY)
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(READY)
	@$(BIN)/mypy

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Once, and again when the dependencies change.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@echo "setting up $(VENV) (once)"
ifeq ($(UV),)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
else
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'
endif
	@touch $@
