# make learn   from nothing to a trained recogniser
# make test    the whole test suite
# make check   format, lint and types
PYTHON ?= python3
PIP_ARGS ?=
BIN = .venv/bin

.PHONY: learn test check clean

learn: .venv/learn.stamp
	$(BIN)/zeronine learn

test: .venv/dev.stamp
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

check: .venv/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/learn.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e '.[learn]'
	@touch $@

.venv/dev.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e '.[dev]'
	@touch $@ .venv/learn.stamp

clean:
	rm -rf .venv build dist *.egg-info
