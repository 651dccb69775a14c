# Everything starts here. `make run` and `make test` install what they need into .venv and nowhere else.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# The Python that is there is the Python that is used.
export UV_PYTHON_DOWNLOADS := never

PYTHON := .venv/bin/python

.PHONY: help run test check check-seed faults bench screenshots messages requirements

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/runtime.stamp ## start the site: web, worker, beat, and the PostgreSQL and Valkey that come along
	@exec $(PYTHON) manage.py serve

test: .venv/development.stamp ## run all tests, those in a real browser included
	$(PYTHON) tests/provide_chromium.py
	$(PYTHON) -m pytest

check: .venv/development.stamp ## lint, types, house order, migrations, translations
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	@# Without a database Django only warns that it could not compare the migrations with those that ran.
	$(PYTHON) -W "ignore:Got an error checking" manage.py makemigrations --check --dry-run
	$(PYTHON) -m readinggroup.translations --check

faults: .venv/development.stamp ## the slow checks by themselves: kills, restarts, everybody at once
	RACING_CLAIMS=10000 KILLED_ROUNDS=1000 KILLED_RUNS=20 KILLED_MAILS=1000 OUTAGE_MAILS=1000 \
	  YEAR_WEEKS=52 YEAR_HOURS=1 $(PYTHON) -m pytest tests/start tests/mail/test_kill.py tests/mail/test_outages.py \
	  tests/due/test_year.py tests/claims/test_race.py tests/claims/test_many_claims.py tests/claims/test_killed.py

bench: .venv/development.stamp ## measure the pages on a large group
	$(PYTHON) -m tests.bench

screenshots: .venv/development.stamp ## a picture of each page, in both languages, wide and narrow
	$(PYTHON) tests/provide_chromium.py
	$(PYTHON) -m tests.screenshots

check-seed: .venv/development.stamp ## read a real list line by line: make check-seed FILE=list.txt
	DJANGO_SETTINGS_MODULE=readinggroup.settings PYTHONPATH=. $(PYTHON) tests/formats/check_seed.py $(FILE)

messages: .venv/development.stamp ## collect the sentences to translate (needs gettext)
	$(PYTHON) manage.py makemessages --locale zh_Hans --add-location file --no-wrap

requirements: ## write the lock files anew (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	  pyproject.toml --extra local -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
	  pyproject.toml --extra local --extra dev -c requirements.txt -o requirements-dev.txt

# Debian's own Python brings venv in a package of its own; without it a useless half of .venv would stay behind.
.venv/bin/python:
	@if command -v uv >/dev/null; then uv venv --quiet .venv; exit; fi; \
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: install it so that python3 is that one, then run make again." >&2; exit 1; }; \
	python3 -m venv .venv || \
	  { rm -rf .venv; echo "The environment .venv cannot be made: install python3-venv, then run make again." >&2; exit 1; }

# Stamped with the requirements' checksum: a checkout changes dates, and a stamp must not believe them.
define install
	@sum=$$(cat $(1) | cksum); \
	if [ "$$(cat $@ 2>/dev/null)" != "$$sum" ]; then \
	  echo "Installing $(1) into .venv ..."; \
	  if command -v uv >/dev/null; then uv pip install --quiet --python $(PYTHON) --require-hashes -r $(1); \
	  else $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi; \
	  echo "$$sum" > $@; \
	fi; touch $@
endef

.venv/runtime.stamp: requirements.txt | .venv/bin/python
	$(call install,requirements.txt)

.venv/development.stamp: requirements-dev.txt | .venv/bin/python
	$(call install,requirements-dev.txt)
