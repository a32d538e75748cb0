# `make demo` and `make test` make the locked environment by themselves, then run; they need Python 3.11+ and make.

PYTHON ?= python3
# Processes that run the tests, and more arguments for pytest: make test ARGS="-k ledger"
JOBS ?= 2
ARGS ?=
# The tool that resolves the lock file; only `make lock` needs it.
UV = uv==0.13.9

bin = .venv/bin
env = .venv/.installed
alone = tests/experiments tests/workshop tests/test_benchmarks.py
# The links in channellab/ are left out by pyproject.toml, its own files are named.
sources = . $(wildcard channellab/*.py channellab/commands/*.py)

# An environment is made for one folder: one that was moved or copied along is made anew.
usable = $(bin)/python -m pip --version >/dev/null 2>&1
place := $(shell pwd -P)
ifneq ($(shell cat $(env) 2>/dev/null || pwd -P),$(place))
usable = false
.PHONY: .venv/.locked
endif

unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DELETE_ON_ERROR:
.PHONY: help demo test check slow bench format wheel lock clean distclean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

demo: $(env) ## play three layouts on the base market; pictures go to out/demo
	@$(bin)/python -m channellab.reports.demo --out out/demo

test: check ## lint, types and the fast tests
	$(bin)/pytest -n $(JOBS) $(ARGS)

check: $(env) ## lint, format and types
	$(bin)/ruff check $(sources)
	$(bin)/ruff format --check $(sources)
	$(bin)/mypy

slow: $(env) ## statistical and heavy tests; those that kill, serve or measure run one at a time
	$(bin)/pytest -m slow -n $(JOBS) --dist worksteal --durations=10 $(addprefix --ignore=,$(alone)) $(ARGS)
	$(bin)/pytest -m slow -v --durations=10 $(alone) $(ARGS)

bench: $(env) ## measure speed beside the yardsticks
	@$(bin)/python benchmarks/run.py

format: $(env) ## put the code in the house format
	$(bin)/ruff check --fix $(sources)
	$(bin)/ruff format $(sources)

wheel: $(env) ## build a wheel in dist/, with first answers for the workshop on a fresh computer
	$(bin)/python -m channellab.reports.workshop.shipped
	$(bin)/python -m pip wheel -q --no-deps --no-build-isolation -w dist .

lock: ## resolve requirements.lock again, keeping pins that still fit; LOCK=--upgrade takes the newest
	$(PYTHON) -m venv --clear build/uv
	build/uv/bin/python -m pip install -q $(UV)
	build/uv/bin/uv --no-config pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --custom-compile-command 'make lock' -q -o requirements.lock $(LOCK)
	rm -rf build/uv

clean: ## remove caches and what runs wrote
	rm -rf out build dist reports/workshop/answers .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -path ./.venv -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## remove the environment too
	rm -rf .venv

.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'channellab needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(usable) || { echo 'Making the environment in .venv (once)'; $(PYTHON) -m venv --clear .venv; }
	@echo 'Installing the locked packages (1.4 GB on disk, once)'
	@$(bin)/python -m pip install $$([ -t 2 ] || echo -q) --require-hashes -r requirements.lock
	@touch $@

$(env): .venv/.locked pyproject.toml
	@$(bin)/python -m pip install -q --no-deps --no-build-isolation -e .
	@pwd -P > $@
