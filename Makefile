# `make demo` shows it at work, `make test` proves it. Needs make and Python 3.11 or newer; uses uv when it is there.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
UV     := $(shell command -v uv 2>/dev/null)
DEMO   := $(VENV)/.ready-server
READY  := $(VENV)/.ready-dev

.DEFAULT_GOAL := help
.PHONY: help demo test bench lint types docs clean

help:
	@echo "make demo    two simulated ERPs, kept in step before your eyes"
	@echo "make test    all tests; one with: make test ARGS=tests/core"
	@echo "make bench   how fast it is, beside other tools; one case with: make bench ARGS=pull"
	@echo "make lint    style, and which layer may import which"
	@echo "make types   types"
	@echo "make docs    the documentation, as a site in build/site"

demo: $(DEMO)
	@$(BIN)/erp-bridge demo $(ARGS)

test: $(READY)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

bench: $(READY)
	@$(BIN)/python -m benchmarks $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

types: $(READY)
	@$(BIN)/mypy

docs: $(READY)
	@$(BIN)/python docs/_tools/assemble.py build/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "build/site/index.html"

clean:
	rm -rf build $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Once each, and again when the dependencies change. The demo needs far less than the tests.
$(VENV)/.ready-%: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@echo "setting up $(VENV) for $* (once)"
ifeq ($(UV),)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$*]'
else
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	@$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[$*]'
endif
	@touch $@
