# make run    set everything up once, then serve the chat, the desk and the studio
# make test   the default test suite; `make test ALL=1` adds the slow and the peer tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= data
PORT   ?= 5005
WORKERS ?= 2
ASSISTANT := $(shell find config/rasa -name '*.yml' 2>/dev/null)

.PHONY: run setup test check screenshots bench bench-understanding clean

run: setup
	@$(BIN)/firstline serve --data $(DATA) --port $(PORT)

setup: $(DATA)/.prepared

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# The encoder's export, the trained intents, the seeded knowledge base and its index.
$(DATA)/.prepared: $(VENV)/.installed $(ASSISTANT)
	@$(BIN)/firstline train --data $(DATA)
	@touch $@

# Servers that tests start would otherwise compile every module anew, each of them, where bytecode is off.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(if $(ALL),,-m "not slow and not peer") $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

screenshots: $(VENV)/.installed-dev setup
	$(BIN)/python -m tests.screenshots

bench: $(VENV)/.installed-dev setup
	$(BIN)/python -m tests.benchmarks $(ARGS)

bench-understanding: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks.understanding

clean:
	rm -rf $(VENV) .cache build *.egg-info .pytest_cache .mypy_cache .ruff_cache
