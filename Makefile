PYTHON ?= python3

.venv/stamp: requirements-dev.txt
	rm -rf .venv
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --disable-pip-version-check -q --require-hashes -r requirements-dev.txt
	.venv/bin/pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	touch $@

setup: .venv/stamp
