# make serve — install, index SEEDS, answer on http://127.0.0.1:8000
# make test  — the tests;  make check — lint and types;  make lock — pin the dependencies anew
# Where the ordinary registry's torch brings CUDA along, add
#   TORCH_INDEX=https://download.pytorch.org/whl/cpu
PYTHON ?= python3
SEEDS ?= seeds
PORT ?= 8000
ARCHIVE ?= .onrecord
TORCH_INDEX ?=
BIN := .venv/bin

.PHONY: install serve test check lock clean

install: .venv/installed

# torch has no hash in the lock: its build differs from machine to machine.
.venv/installed: requirements-dev.lock torch.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -r torch.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/pip check
	touch $@

serve: install
	$(BIN)/onrecord build --archive $(ARCHIVE) --mirror --only "$(SEEDS)"
	$(BIN)/onrecord serve --archive $(ARCHIVE) --port $(PORT)

test: install
	$(BIN)/python -m pytest -q

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

PIN := $(BIN)/pip-compile --quiet --no-header --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --unsafe-package torch
lock: install
	$(PIN) --output-file requirements.lock pyproject.toml
	$(PIN) --extra dev --extra eval --extra milvus --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .onrecord build *.egg-info
