# make serve — install what a user needs, index SEEDS, answer on http://127.0.0.1:8000
# make test  — add what development needs, and run the tests; make test-fast leaves out the long
#              ones, make test-nightly tries everything far more often
# make check — lint and types;  make lock — pin the dependencies again
# Where the ordinary registry's torch brings CUDA along, add
#   TORCH_INDEX=https://download.pytorch.org/whl/cpu
PYTHON ?= python3
SEEDS ?= seeds
PORT ?= 8000
ARCHIVE ?= .onrecord
TORCH_INDEX ?=
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
# pip compiles one file after the other, this one on each core. Some packages ship files that are no
# Python of today, which nobody imports.
COMPILE := $(BIN)/python -W ignore -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true

.PHONY: install install-dev serve test test-index test-service test-fast test-nightly check lock clean

install: .venv/installed
install-dev: .venv/installed-dev

# torch has no hash in the lock: its build differs from machine to machine.
.venv/installed: requirements.lock torch.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -r torch.lock
	$(PIP) --no-deps --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	$(COMPILE)
	$(BIN)/pip check
	touch $@

# The locks agree on whatever is in both, so that neither command undoes the other.
.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	$(COMPILE)
	$(BIN)/pip check
	touch $@

serve: install
	$(BIN)/onrecord build --archive $(ARCHIVE) --mirror --only "$(SEEDS)"
	$(BIN)/onrecord serve --archive $(ARCHIVE) --port $(PORT)

# Most tests keep one core busy, so the two halves run side by side.
SERVICE_TESTS := tests/examples tests/proof tests/service tests/web
test: install-dev
	$(MAKE) --no-print-directory --jobs 2 --keep-going test-index test-service

test-index:
	$(BIN)/python -m pytest -q $(addprefix --ignore=,$(SERVICE_TESTS))

test-service:
	$(BIN)/python -m pytest -q $(SERVICE_TESTS)

test-fast: install-dev
	$(BIN)/python -m pytest -q -m "not browser and not milvus and not slow"

test-nightly: install-dev
	ONRECORD_NIGHTLY=1 $(BIN)/python -m pytest -q

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# torch.lock holds the resolver to one torch; requirements.lock holds the second to the first.
PIN := $(BIN)/pip-compile --quiet --no-header --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --unsafe-package torch --constraint torch.lock
lock: install-dev
	$(PIN) --output-file requirements.lock pyproject.toml
	$(PIN) --constraint requirements.lock --extra dev --extra documents --extra eval --extra milvus --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .onrecord build *.egg-info
