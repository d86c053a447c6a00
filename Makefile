# EchoRoom's commands. `make` alone lists them. ARGS="…" is handed on, as in `make test ARGS="-k vote"`.
.DEFAULT_GOAL := help
.PHONY: help run test lint format e2e replay bench bench-sockets bench-matching faults serve lock clean
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
# Two processes pay from about a minute of tests on; a selection of tests is quicker in one.
WORKERS ?= $(if $(ARGS),0,2)
COVERAGE := $(if $(ARGS),,--cov --cov-report=term:skip-covered)

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## create the environment, load the demo event and serve it on 127.0.0.1:8000
	@bin/environment
	@exec $(PYTHON) manage.py start $(ARGS)

test: ## run the whole suite; with DATABASE_URL and REDIS_URL set, on PostgreSQL and Redis
	@bin/environment dev
	@exec $(PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(COVERAGE) $(ARGS)

lint: ## style, types, layers, migrations, API schema, deployment checks
	@bin/environment dev
	@exec bin/lint

format: ## rewrite the code in the agreed style
	@bin/environment dev
	@.venv/bin/ruff check --fix --exit-zero .
	@.venv/bin/ruff format .

e2e: ## run the browser tests in the system's Chromium
	@bin/environment dev
	@exec $(PYTHON) -m pytest tests/e2e -m e2e -n $(WORKERS) --dist worksteal $(ARGS)

replay: ## play a recorded deliberation through the public API, in both modes (QUESTS=3, MODE=embedded)
	@bin/environment dev
	@exec $(PYTHON) -m bench.replay --quests $(or $(QUESTS),10) --mode $(or $(MODE),both) $(ARGS)

bench: ## measure votes, reads and commits against their bare twins (PostgreSQL, Redis)
	@bin/environment dev
	@exec $(PYTHON) -m bench $(ARGS)

bench-sockets: ## measure a thousand open sockets on one live process (PostgreSQL, Redis)
	@bin/environment dev
	@exec $(PYTHON) -m bench.sockets $(ARGS)

bench-matching: ## measure the team-former and its teams, whole ticks, and matchers that are killed (PostgreSQL, Redis)
	@bin/environment dev
	@exec env MALLOC_TRIM_THRESHOLD_=67108864 MALLOC_MMAP_THRESHOLD_=67108864 $(PYTHON) -m bench.matching $(ARGS) # as the Procfile's worker

faults: ## kill the worker while maps and badges are due, and count what was lost (PostgreSQL, Redis)
	@bin/environment dev
	@exec $(PYTHON) -m bench.kill_run $(ARGS)

serve: ## run production's processes here: PostgreSQL, Redis, nginx on 127.0.0.1:8080
	@bin/environment
	@exec $(PYTHON) -m deploy.serve $(ARGS)

lock: ## pin what requirements*.in ask for, with hashes
	@bin/lock

clean: ## remove caches and build output; the environment and var/ stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov staticfiles
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
