# 互认通: `make run` and `make test` are all a fresh machine needs (Python 3.11+ with venv).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run talk test third-party campaign-delivery campaign-sigkill-telegram bench-telegram lint format lock score learn campaign-understanding campaign-ocr campaign-hostile-files browser campaign-tampering bench-forms bench-start pictures bench-queue campaign-claims bench-turns clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] <= (3, 14) else "hurentong needs Python 3.11 to 3.14, found %d.%d. Say PYTHON=python3.12 make …" % v[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(STAMP) ## set everything up and start the demo service on SQLite
	$(BIN)/hurentong demo

talk: $(STAMP) ## the whole interview in this terminal
	$(BIN)/hurentong talk

test: $(STAMP) browser third-party ## set everything up and run every test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

browser: $(STAMP) ## make sure there is a Chromium with Chinese fonts for the browser tests
	@tests/journeys/ensure_chromium.sh

third-party: $(STAMP) ## install what the tests try us against (npm, aiogram) into folders of their own
	@tests/telegram/third_party/install.sh $(BIN)/python $(VENV)/third_party

lint: $(STAMP) ## ruff, strict mypy, import-linter
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## let ruff put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

score: $(STAMP) ## how well messages are understood: per intent, field and topic, and the confusions
	$(BIN)/python -m tests.dialogs.understanding $(if $(MISSES),misses)

learn: $(STAMP) ## train the statistical reader's weights anew from the developed corpus
	$(BIN)/python -m tests.dialogs.understanding.learn

campaign-understanding: $(STAMP) ## two minutes of damaged sentences: nothing raises, hangs or gives anything up (SECONDS=120)
	$(BIN)/python -m tests.dialogs.understanding.campaign $(or $(SECONDS),120)

campaign-ocr: $(STAMP) ## how well drawn cards are read: seeds kept for scoring, CPU and memory (PICTURES=300)
	$(BIN)/python -m tests.bot.reading_pictures.campaign score $(or $(PICTURES),300)

campaign-hostile-files: $(STAMP) ## 200 MB of hostile files through uploads and reading (BYTES=200e6)
	$(BIN)/python -m tests.bot.reading_pictures.campaign_hostile $(or $(BYTES),200e6)

lock: $(STAMP) ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --group dev --extra ocr --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --upgrade -q -o requirements.lock

bench-queue: $(STAMP) ## pages of the queue among a million waiting cases, on both databases (ten minutes)
	$(BIN)/python -m benchmarks.queue_pages

campaign-delivery: $(STAMP) ## 20,000 updates brought 100,000 times, on both databases; 50,000 notices to a cloud that fails (an hour)
	$(BIN)/python -m tests.telegram.campaigns.taking
	$(BIN)/python -m tests.telegram.campaigns.taking --database postgres --processes 3
	$(BIN)/python -m tests.telegram.campaigns.sending

campaign-sigkill-telegram: $(STAMP) ## 200 SIGKILLs under load, by webhook and by polling (half an hour)
	$(BIN)/python -m tests.telegram.campaigns.sigkill

campaign-claims: $(STAMP) ## 64 clerks race for 2,000 cases on both databases
	$(BIN)/python -m tests.bot.desk.campaign_claims

campaign-tampering: $(STAMP) ## a thousand random changes each to a signed permit and to a dossier, all found
	$(BIN)/python -m tests.bot.papers.campaign_tampering

bench-forms: $(STAMP) ## milliseconds a form, a letter and a permit take
	$(BIN)/python -m benchmarks.forms

pictures: $(STAMP) browser ## take the screenshots in docs/pictures anew
	$(BIN)/python -m tests.journeys.pictures

bench-telegram: $(STAMP) ## updates a second by webhook beside a bare echo
	$(BIN)/python -m benchmarks.telegram

bench-start: $(STAMP) ## the processor's time of a start beside a bare aiohttp service
	$(BIN)/python -m benchmarks.start

bench-turns: $(STAMP) ## durable turns per second beside a bare echo and a ConversationHandler
	$(BIN)/python -m benchmarks.turns

clean: ## remove the environment and caches (not your data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
