# make learn   from nothing to a trained recogniser
# make test    the whole test suite
# make check   format, lint and types
# make model   train the shipped recogniser again: five seeds, about 65 minutes of one core
PYTHON ?= python3
PIP_ARGS ?=
BIN = .venv/bin

.PHONY: learn model test check clean chromium

learn: .venv/learn.stamp
	$(BIN)/zeronine learn

model: .venv/learn.stamp
	$(BIN)/python benchmarks/make_model.py

test: .venv/dev.stamp chromium
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

# The page is tested in a real browser; without one those tests are skipped, and fail where CI=true.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	     && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| echo "Chromium is not installed: run 'apt-get install chromium' as root to test the page too"

clean:
	rm -rf .venv build dist *.egg-info
