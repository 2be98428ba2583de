# make learn   from nothing to a trained recogniser
# make test    the whole test suite
# make finder  train the reader's finder again: about 100 minutes of two cores
# make reader  fit the reader's evidence again, after either network has changed: about 10 minutes
# make check   format, lint and types, of Python and of the page's JavaScript
# make docs    the site of the docs, with warnings as errors
# make lessons  notebooks of lessons/, each run, in build/lessons
# make site    the edition without a server, in site/: it opens from a disk or any web server
# make oldest  a part of the suite with the oldest versions that pyproject.toml allows
# make model   train the shipped recogniser again: five seeds, about 65 minutes of one core
PYTHON ?= python3
PIP_ARGS ?=
BIN = .venv/bin
PAGE_TOOLS = tools/page/node_modules/.package-lock.json

.PHONY: learn model finder reader test coverage check check-page docs lessons site oldest clean chromium page-tools

learn: .venv/learn.stamp
	$(BIN)/zeronine learn

model: .venv/learn.stamp
	$(BIN)/python benchmarks/make_model.py

finder: .venv/learn.stamp
	$(BIN)/python benchmarks/make_finder.py

reader: .venv/dev.stamp
	$(BIN)/python benchmarks/make_reader.py

# As many tests at once as there are cores, but those of the page: they share a browser's machine with nothing.
SIDE_BY_SIDE = -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
test: .venv/dev.stamp chromium page-tools
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --ignore tests/studio/page
	$(BIN)/python -m pytest tests/studio/page

coverage: .venv/dev.stamp chromium page-tools
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

check: .venv/dev.stamp check-page
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/zizmor --offline --quiet .github/workflows

docs: | $(BIN)/mkdocs
	$(BIN)/python tools/build_site.py

lessons: .venv/dev.stamp
	$(BIN)/python tools/build_lessons.py

site: .venv/dev.stamp
	$(BIN)/python tools/build_edition.py

# In an environment of its own. The oldest PyTorch may need an index of its own: UV_ARGS="--torch-backend cpu".
# What old packages deprecate is not ours to mend, so it is no error here.
UV_ARGS ?=
OLDEST = .venv/oldest
oldest: | $(BIN)/uv
	$(BIN)/uv pip compile --quiet --no-header --resolution lowest-direct $(UV_ARGS) pyproject.toml \
	    --extra learn --extra sklearn --extra studio --extra documents --output-file .venv/oldest.txt
	$(BIN)/uv venv --quiet --clear $(OLDEST)
	$(BIN)/uv pip install --quiet --python $(OLDEST) $(UV_ARGS) --requirements .venv/oldest.txt
	$(BIN)/uv pip install --quiet --python $(OLDEST) --constraints .venv/oldest.txt pytest hypothesis httpx
	PYTHONPATH=src $(OLDEST)/bin/python -m pytest -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning \
	    tests/network tests/reading/test_load.py tests/reading/test_reader.py tests/explaining/test_why.py \
	    tests/training/test_steps.py tests/studio/test_answers.py tests/studio/test_security.py tests/cli/test_read.py

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(BIN)/uv: | $(BIN)/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) uv

$(BIN)/mkdocs: | $(BIN)/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e '.[studio,docs]'

.venv/learn.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e '.[learn]'
	@touch $@

.venv/dev.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) -e '.[dev]'
	@touch $@ .venv/learn.stamp

# The page's JavaScript is linted and typed with what tools/page/package-lock.json names, from npm;
# without npm that is left out, and fails where CI=true.
check-page:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(PAGE_TOOLS) && npm --prefix tools/page run --silent check; \
	else echo "npm is not installed, so the page's JavaScript is not checked: run 'apt-get install npm' as root"; \
	     [ "$$CI" != true ]; fi

$(PAGE_TOOLS): tools/page/package-lock.json
	npm ci --prefix tools/page --no-audit --no-fund --loglevel=error
	@touch $@

# axe looks at the page in its tests, and comes with those tools.
page-tools:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(PAGE_TOOLS); fi

# The page is tested in a real browser; without one those tests are skipped, and fail where CI=true.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	     && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| echo "Chromium is not installed: run 'apt-get install chromium' as root to test the page too"

clean:
	rm -rf .venv build dist *.egg-info tools/page/node_modules
