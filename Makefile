# `make run` shows the product, `make test` proves it; both work on a machine with Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Quiet twice: pip tells errors alone.
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt

# Where a machine keeps no compiled code, each worker of the tests and each command that they start compiles all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run ready test coverage unit campaign bench mutants check format browser node-clients clean help lock wheel container-steps sbom audit-dependencies

help:
	@echo "make run     the trial workspace, in your browser"
	@echo "make test    everything that must hold: style, types, floors, tests"
	@echo "make coverage  the tests again, counting which lines and branches they run"
	@echo "make unit    the tests of pure code alone, in under a minute"
	@echo "make campaign  20,000 damaged extracts in every format, 200 killed batches, 50 killed workers, 300 rounds of races, 5,000 forged payloads, 200 afternoons of letters in trouble; make test tries a few (an hour and more)"
	@echo "make bench   how fast a nation is provisioned, beside the least raw work (minutes)"
	@echo "             ARGS=processor: ours and the least raw work by processor time, where other work goes on beside"
	@echo "             ARGS=workers, queue, sweeps or answers: a batch shared by workers, what the queue costs, answers in Slack"
	@echo "             ARGS=growth or hot: county and nation, ten years, an idle hour; room for changes on PostgreSQL"
	@echo "             ARGS=costs: every cost that is to stay flat, with its reach (up to half an hour; ARGS=\"costs --schools 70\": a minute)"
	@echo "make mutants breaks the rules on purpose, and shows what no test notices (a quarter of an hour)"
	@echo "make check   style, types and floors alone"
	@echo "make format  put the code into its style"
	@echo "make pages   write docs/settings.md, errors.md and roles.md from the code"
	@echo "make lock    write requirements.lock anew: what production installs, by hash"
	@echo "make wheel   build the wheel that is installed, into dist/"
	@echo "make container-steps  do what the Containerfile says, in a folder, where no container engine is at hand"
	@echo "make sbom    write sbom.cdx.json: what production consists of, as CycloneDX"
	@echo "make audit-dependencies  ask whether a pinned package has a known vulnerability"
	@echo "make docs    the documentation as a site, in build/site"
	@echo "make screenshots  take the pictures of the documentation anew from the trial"
	@echo "make clean   remove what these made"

run: $(VENV)/.run
	@echo "Opening the trial workspace ..."
	@$(BIN)/hwb trial $(ARGS)

test: ready
	@echo "Running the tests (some minutes) ..."
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

# Apart from the tests, because counting lines takes nearly half as much time again.
coverage: ready
	@$(BIN)/coverage erase
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report --fail-under=90

# Types are checked on one core while the other brings the browser and the clients for Node.
ready: $(VENV)/.test
	@$(MAKE) --no-print-directory --jobs 3 check browser node-clients

unit: $(VENV)/.test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not integration and not slow" $(ARGS)

campaign: $(VENV)/.test
	@DAMAGED_EXTRACTS=20000 KILLED_BATCHES=200 KILLED_WORKERS=50 KILLED_DATABASES=10 \
		RACES=300 PORTAL_SCHOOLS=40 FORGED_PAYLOADS=5000 PAST_ROWS=1000000 LETTERS_IN_TROUBLE=200 SUMMER_DAYS=62 \
		$(BIN)/python -m pytest -n 2 tests/campaign tests/hostile/test_forged_payloads.py $(ARGS)

bench: $(VENV)/.test
	@$(BIN)/python -m benchmarks $(ARGS)

mutants: $(VENV)/.test
	@$(BIN)/python scripts/mutants.py $(ARGS)

check: $(VENV)/.test
	@echo "Checking style, types and floors ..."
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.test
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: pages screenshots
pages: $(VENV)/.test
	@$(BIN)/python -m bot.service.pages docs
	@HWB_DATABASE_URL=sqlite:///:memory: HWB_LANG=en $(BIN)/hwb roles --markdown >docs/roles.md

# For every platform; no line says where a package comes from.
lock: $(VENV)/.test
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra postgresql \
		--constraint constraints.txt --no-header --no-annotate \
		--output-file requirements.lock pyproject.toml

wheel: $(VENV)/.test
	@rm -f dist/hwb_rollover-*.whl
	@$(BIN)/python -m hatchling build --target wheel --directory dist

container-steps: wheel
	@$(BIN)/python -m scripts.container_steps $(ARGS)

sbom: $(VENV)/.test
	@$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON \
		--output-file sbom.cdx.json requirements.lock

audit-dependencies: $(VENV)/.test
	@$(BIN)/python -m scripts.audit_dependencies

.PHONY: docs
docs: $(VENV)/.docs
	@$(BIN)/python -m scripts.site_pages
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "The site is in build/site. To read it: python3 -m http.server --directory build/site, then /README.html"

$(VENV)/.docs: $(VENV)/.test
	@echo "What makes the site is installed once (a minute) ..."
	@$(PIP) --editable '.[docs]'
	@touch $@

screenshots: browser
	@$(BIN)/python -m scripts.screenshots docs/images

browser: $(VENV)/.test
	@sh scripts/browser.sh $(BIN)

node-clients: $(VENV)/.test
	@sh scripts/node_clients.sh $(BIN)

clean:
	rm -rf $(VENV) mutants .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.run: pyproject.toml constraints.txt scripts/venv.sh
	@echo "What the bot needs is installed once, in two steps, into the folder $(VENV):"
	@echo "  1. Python of its own, so that nothing else on this machine changes (some seconds) ..."
	@sh scripts/venv.sh $(PYTHON) $(VENV)
	@echo "  2. the bot, and the libraries it uses for Slack, its database and its web pages (a minute or two) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "What the tests need besides is installed once: the programs that check style, types and pages (a minute or two) ..."
	@$(PIP) --editable '.[dev]'
	@touch $@
