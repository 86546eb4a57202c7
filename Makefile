PYTHON ?= python3
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make requirements"

.PHONY: help setup test drill drills lint format demo bench requirements clean venv

help:  ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: .venv/stamp  ## The virtual environment; made again only when the pins change

# Three for two cores, since those with servers wait for a good part of their time.
test: .venv/stamp  ## The fast tests
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not slow"

drills: .venv/stamp  ## The long tests: outages and full histories
	$(BIN)/pytest -m slow

drill: .venv/stamp  ## 500 faults while 500 leaves go on, about 25 minutes, and proof that nothing was lost
	$(BIN)/furlough drill --leaves 500 --faults 500 --seconds 3000 --postgres

lint: .venv/stamp  ## Style, types and the law of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/stamp  ## Mend what can be mended by machine
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

demo: .venv/stamp  ## A mission in var/demo, and one leave from the request to its end
	$(BIN)/furlough demo

bench: .venv/stamp  ## The table of numbers
	$(BIN)/python -m bench

requirements: .venv/stamp  ## Pin the newest versions that *.in allow
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt
	$(MAKE) setup

clean:  ## All that was made here except var/, which is a mission's record
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache furlough.egg-info build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp keeps the pins that .venv was made of, and is written last: a set-up which broke off starts anew.
.venv/stamp: requirements-dev.txt
	@cmp -s $< $@ || $(MAKE) --no-print-directory venv
	@cp $< $@

# Only what is pinned by hash gets in.
venv:
	@echo "furlough: making .venv (once, about half a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "furlough needs Python 3.11 or newer and got " + sys.version.split()[0] + ": name another with make PYTHON=...")'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --no-index --editable .
