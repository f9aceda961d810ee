# Everything a developer or a fresh machine needs: `make demo`, `make test`, `make check`, `make bench`, `make docs`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= out

.PHONY: demo frontend test check bench docs lock clean

# The demo city twice: as files (out/index.html), and as a site with people of each role, served until Ctrl+C.
SERVE ?= 1
demo: $(VENV)/run.stamp frontend
	@tools/debian-packages fonts
	$(BIN)/linli demo -o $(OUT)
	@test -e $(OUT)/site/linli-site.yaml || $(BIN)/linli site init $(OUT)/site --demo
	@test "$(SERVE)" = 0 || $(BIN)/linli serve $(OUT)/site

# One more than there are processors: tests that drive a browser or a server wait most of the time.
WORKERS ?= $(shell expr $$(nproc) + 1)
test: $(VENV)/dev.stamp
	@tools/debian-packages fonts browser database
	$(MAKE) frontend
	@test -d frontend/node_modules || (cd frontend && npm ci --no-audit --no-fund --silent)
	cd frontend && npm run check --silent && npm run browser --silent
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --doctest-modules
	tools/postgres-cluster $(BIN)/pytest -n $(WORKERS) --dist worksteal tests/web -m "not browser and not slow"

# What runs in the browser, built into the package; users of the wheel never need Node.
FRONTEND := $(shell find frontend \( -path frontend/node_modules -o -path frontend/browser \) -prune -o -type f -print)
frontend: src/linli/web/static/linli/app.js
src/linli/web/static/linli/app.js: $(FRONTEND)
	cd frontend && npm ci --no-audit --no-fund --silent && npm run build --silent
	@touch $@

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) docs

docs: $(VENV)/dev.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/bench.stamp
	$(BIN)/python bench/run.py

# The lock files hold versions and hashes only; rewrite them after changing dependencies in pyproject.toml.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml
lock:
	$(COMPILE) -o requirements/run.lock
	$(COMPILE) --group test --group check -o requirements/dev.lock
	$(COMPILE) --group test --group check --group bench -o requirements/bench.lock

$(VENV)/%.stamp: requirements/%.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --only-binary :all: --require-hashes -r requirements/$*.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

clean:
	rm -rf $(VENV) $(OUT) site build dist
