# What a person types. `make` prints the list; each target brings what it needs.
.DEFAULT_GOAL := help
.PHONY: help install demo check test e2e interop deep mutants bench faults docs

RUN := .venv/bin
# make demo ENGINES=postgres,redis DATA=… BASE_PORT=… ARGS=…
DEMO := $(if $(ENGINES),--engines $(ENGINES)) $(if $(DATA),--data $(DATA)) \
	$(if $(BASE_PORT),--base-port $(BASE_PORT)) $(ARGS)
# make test ARGS='tests/unit/kernel -k statement'
ARGS ?=
# One process per core, four at most, each with its own engines; a file stays together, so
# that what a file starts is started once.
PYTEST := $(RUN)/python -m pytest
PARALLEL := -n auto --maxprocesses 4 --dist loadfile
# Tests wait for the disk more than for anything else: what they write lies in memory, where
# 2 GiB of it are free (each test's files go when it has passed).
MEMORY = $(shell free=$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $$4}'); \
	[ "$${free:-0}" -gt 2097152 ] && echo PYTEST_DEBUG_TEMPROOT=/dev/shm)
# What Python compiles is kept whatever the shell says: pytest rewrites each assertion, and
# many tests start commands.
export PYTHONDONTWRITEBYTECODE =
QUICK := not postgres and not redis and not e2e and not interop and not deep

help:
	@echo 'make install   make .venv with everything, development tools included'
	@echo 'make demo      start a nation, its members and their portals, and say where to go'
	@echo 'make check     format, lint, types, imports, generated pages, unit tests (minutes)'
	@echo 'make test      all Python tests, with their own PostgreSQL and Redis (15 min)'
	@echo 'make e2e       the pages in a browser (Chromium)'
	@echo 'make interop   the protocols against foreign software (npm and Debian)'
	@echo 'make deep      mutation, long fuzzing, a thousand kills, big tables (hours)'
	@echo 'make mutants   change the rules and flows of the issuer, see a test fail (a night)'
	@echo 'make bench     every claim of speed, measured here'
	@echo 'make faults    kill, fill and cut things while journeys run'
	@echo 'make docs      write the pages that are generated from code'

install:
	@sh .ci/environment dev

demo:
	@sh .ci/environment $(if $(ENGINES),integration,runtime)
	@$(RUN)/trusthub demo $(DEMO)

check: install
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/python -m server.docs --check
	$(MEMORY) $(PYTEST) -q $(PARALLEL) -m '$(QUICK)' \
		$(wildcard tests/unit tests/architecture tests/vectors)

test: install
	$(MEMORY) $(PYTEST) $(PARALLEL) $(ARGS)

e2e: install
	@sh .ci/needs chromium
	$(PYTEST) -m e2e tests/e2e $(ARGS)
	$(PYTEST) -m e2e tests/unit $(ARGS)

interop: install
	$(PYTEST) -m interop $(ARGS)

deep: install
	$(PYTEST) -m deep $(ARGS)

# make mutants ARGS='idp.oidc.flows.once.*'
mutants: install
	$(RUN)/mutmut run $(ARGS)
	$(RUN)/mutmut results

bench: install
	@for claim in benchmarks/[a-z]*.py; do \
		echo "==> $$claim"; $(RUN)/python -m "$$(echo $${claim%.py} | tr / .)" || exit 1; \
	done

faults: install
	$(PYTEST) tests/faults -m '' $(ARGS)

docs: install
	$(RUN)/python -m server.docs
