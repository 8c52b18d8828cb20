# The verbs people type. `make help` lists them.

PYTHON ?= python3
INSTANCE ?= instance
# Set on the command line: a HOST or PORT that a shell exports is about something else.
HOST = 127.0.0.1
PORT = 8000
# How many tests run at once, and what else to tell pytest: make test JOBS=1 ARGS="tests/unit -x"
JOBS = auto
ARGS =
UPGRADE =
# Which pictures `make screenshots` takes, if not all.
NAMES =

export INSTANCE
# Pages of this machine may call the API that `make run` serves.
CORS_ORIGINS ?= loopback

BIN := .venv/bin
# Whatever node the system has, or has not; it trusts whom the system trusts.
NPM = PATH="$(CURDIR)/$(BIN):$$PATH" NODE_OPTIONS=--use-system-ca npm
SOURCES := app bench tests typings migrations wsgi.py

# Brings .venv to what requirements/$(1).txt locks. The stamp says what was installed, and where: it goes before pip
# begins and comes back when pip is done, and an environment without a stamp (interrupted, moved) is made anew.
define install
@want="$$PWD $$(cat requirements/$(1).txt pyproject.toml | cksum)"; \
if [ "$$(cat .venv/has-$(1) 2>/dev/null)" = "$$want" ] && $(BIN)/python -c '' 2>/dev/null; then exit 0; fi; \
set -e; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Rejoinder needs Python 3.11 or newer, and '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)." >&2; \
	echo "Name another one: make run PYTHON=python3.12" >&2; exit 1; }; \
if ! grep -qsF "$$PWD " .venv/has-runtime .venv/has-dev || ! $(BIN)/python -c '' 2>/dev/null; then \
	rm -rf .venv; $(PYTHON) -m venv .venv; \
fi; \
rm -f .venv/has-runtime .venv/has-dev; \
echo "Installing what requirements/$(1).txt locks (about a minute, once) ..." >&2; \
$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements/$(1).txt; \
$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .; \
[ $(1) = runtime ] || echo "$$PWD $$(cat requirements/runtime.txt pyproject.toml | cksum)" > .venv/has-runtime; \
echo "$$want" > .venv/has-$(1)
endef

# How `make bench` is shortened or widened: QUICK=1, SIZES="3000 10000000", DATABASE=sqlite, RESULTS=folder
BENCH = $(if $(QUICK),--quick) $(if $(SIZES),--sizes "$(SIZES)") $(if $(DATABASE),--database $(DATABASE)) \
	$(if $(RESULTS),--results $(RESULTS))

.PHONY: help run test check format lock client fuzz bench profiles screenshots clean runtime dev bench-tools node-modules

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: runtime ## serve on http://127.0.0.1:8000 (HOST= PORT= INSTANCE=); the first time it installs what it needs
	@CORS_ORIGINS=$(CORS_ORIGINS) exec $(BIN)/rejoinder run --host $(HOST) --port $(PORT)

test: check ## prove everything, on SQLite and on a real PostgreSQL and Redis
	@$(MAKE) --no-print-directory node-modules || { [ -z "$$CI" ] && echo "Tests that need it are left out." >&2; }
	@$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term $(ARGS)

check: dev ## format, lint, types and import contracts: what takes seconds
	@$(BIN)/ruff format --check --output-format concise $(SOURCES)
	@$(BIN)/ruff check --output-format concise $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: dev ## write the code as it should look
	@$(BIN)/ruff check --quiet --fix --exit-zero $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

client: node-modules ## write client/rejoinder.d.ts, the TypeScript types of the API, again
	@mkdir -p build && $(BIN)/rejoinder openapi > build/openapi.json
	@cd client && $(NPM) run --silent types

fuzz: dev ## try the API with many more random requests than `make test` does
	@$(BIN)/python -m pytest -m fuzz --hypothesis-profile=fuzz $(ARGS)

bench: dev ## measure against nginx and Isso with wrk; QUICK=1 takes three minutes, else most of an hour
	@$(BIN)/python -m bench $(BENCH)

profiles: bench-tools ## write to bench/results where the time of a read and a post goes
	@$(BIN)/python -m bench.profiles

screenshots: dev ## take pictures of every page and state: build/pictures, and the README's to docs/pictures (NAMES="queue editor")
	@$(BIN)/python -m tests.browser.screenshots $(NAMES)

lock: dev ## write the locks again after a change of requirements/*.in; UPGRADE=--upgrade takes the newest
	@cd requirements && for name in runtime dev bench; do \
		../$(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
			--custom-compile-command "make lock" $(UPGRADE) $$name.in -o $$name.txt || exit 1; \
	done
	@cd client && $(NPM) run --silent lock
	@! grep -n '://\|file:' requirements/*.txt client/package-lock.json || { echo "A lock names an address." >&2; exit 1; }

clean: ## remove the environment and every cache; the data in INSTANCE stays
	@rm -rf .venv .coverage* .hypothesis .schemathesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache *.egg-info build/bench client/node_modules client/example/dist
	@find app tests migrations -name __pycache__ -prune -exec rm -rf {} +

runtime:
	$(call install,runtime)

dev:
	$(call install,dev)

bench-tools: dev
	@cmp -s requirements/bench.txt .venv/has-bench || { \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r requirements/bench.txt && \
		cp requirements/bench.txt .venv/has-bench; }

# What looks at our pages and makes the client's types. Node itself comes with requirements/dev.txt.
node-modules: dev
	@want="$$PWD $$(cksum < client/package-lock.json)"; \
	if [ "$$(cat client/node_modules/.has 2>/dev/null)" = "$$want" ]; then exit 0; fi; \
	echo "Installing what client/package-lock.json locks ..." >&2; \
	cd client && $(NPM) ci --silent && echo "$$want" > node_modules/.has
