.DEFAULT_GOAL := help
UV := .tools/bin/uv
export UV_PYTHON_DOWNLOADS := never
# The checks start many processes: without bytecode each compiles every library anew.
unexport PYTHONDONTWRITEBYTECODE
# Nothing is written outside this folder.
export UV_CACHE_DIR := $(CURDIR)/.tools/cache
export MASTHEAD_HOME ?= $(CURDIR)/var
export PORT ?= 8000
export HOST ?= 127.0.0.1

.PHONY: help
help: ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/ —/' | sort

# uv comes from the package index, pinned: a fresh machine needs python3 with venv and pip, no more.
$(UV):
	@echo "Setting up: the package installer"
	@python3 -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check --no-cache-dir uv==0.13.9

.venv/.run: $(UV) pyproject.toml requirements/run.txt
	@echo "Setting up: Masthead's own requirements"
	@$(UV) venv --quiet --allow-existing .venv
	@$(UV) pip install --quiet --require-hashes --python .venv/bin/python -r requirements/run.txt
	@$(UV) pip install --quiet --no-deps --python .venv/bin/python -e .
	@touch $@

.venv/.dev: $(UV) pyproject.toml requirements/dev.txt
	@echo "Setting up: what the checks need"
	@$(UV) venv --quiet --allow-existing .venv
	@$(UV) pip install --quiet --require-hashes --python .venv/bin/python -r requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --python .venv/bin/python -e .
	@touch $@ .venv/.run

.PHONY: lock
lock: $(UV) ## Pin the dependencies again
	@mkdir -p requirements
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --extra video --extra c2pa pyproject.toml -o requirements/run.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml --group dev -o requirements/dev.txt

# One catalogue for the whole program: the templates' extractor is ours, so Babel runs from here.
LOCALE := src/masthead/stories/locale
BABEL := .venv/bin/python -m babel.messages.frontend -q
.PHONY: messages
messages: .venv/.dev ## Collect the texts to translate; compile the translations
	@mkdir -p $(LOCALE)
	@$(BABEL) extract -F babel.cfg -k gettext_lazy -k ngettext_lazy:1,2 --no-location --project=Masthead -o $(LOCALE)/django.pot src/masthead
	@for language in ar de es fr; do \
	  test -f $(LOCALE)/$$language/LC_MESSAGES/django.po || $(BABEL) init -D django -l $$language -i $(LOCALE)/django.pot -d $(LOCALE); done
	@$(BABEL) update -D django --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete -w 99 -i $(LOCALE)/django.pot -d $(LOCALE)
	@rm $(LOCALE)/django.pot
	@$(BABEL) compile -D django -d $(LOCALE)
	@$(BABEL) compile -D django -d src/masthead/readers/locale
	@$(BABEL) compile -D django -d src/masthead/desk/locale

.PHONY: demo
demo: .venv/.run ## Run the demo newsroom: http://localhost:8000
	@.venv/bin/python -m demo

.PHONY: test
test: .venv/.dev ## Pass every check, each proof in its short form
	@.venv/bin/python -m tests.run

# The checker of the WHATWG's and the W3C's rules comes from npm and needs Java; nothing else does.
NU := vnu-jar@26.9.27
.tools/nu/package/build/dist/vnu.jar:
	@mkdir -p .tools/nu
	@cd .tools/nu && npm pack --silent $(NU) > name && tar -xzf $$(cat name) && rm $$(cat name)

.PHONY: nu
nu: .venv/.dev .tools/nu/package/build/dist/vnu.jar ## Check every kind of page with the Nu Html Checker
	@.venv/bin/python -m pytest --quiet tests/stories/html_checker.py

# The demo must run: make demo, beside it.
.PHONY: screenshots
screenshots: .venv/.dev ## Take pictures of every kind of page of the running demo, with a sheet of all
	@.venv/bin/python -m tests.browser.screenshots http://localhost:$(PORT) .test/screenshots

.PHONY: prove
prove: .venv/.dev ## Run the proofs at full size and print their counts
	@PROVE=1 .venv/bin/python -m pytest --quiet -m proof --hypothesis-show-statistics

.PHONY: bench
bench: .venv/.dev ## Print the budgets, as ratios to a reference measured in the same run
	@.venv/bin/python -m tests.bench

.PHONY: wheel
wheel: .venv/.dev ## Build the package to install, in dist/
	@$(UV) build --quiet --wheel --no-build-isolation --python .venv/bin/python --out-dir dist
	@ls dist/*.whl
