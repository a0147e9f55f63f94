.DEFAULT_GOAL := help
UV := .tools/bin/uv
export UV_PYTHON_DOWNLOADS := never
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
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

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
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements/run.txt
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml --group dev -o requirements/dev.txt

LOCALE := src/masthead/stories/locale
.PHONY: messages
messages: .venv/.dev ## Collect the texts to translate; compile the translations
	@mkdir -p $(LOCALE)
	@.venv/bin/pybabel -q extract -F babel.cfg -k gettext_lazy --no-location --project=Masthead -o $(LOCALE)/django.pot src/masthead/stories
	@for language in ar de es fr; do \
	  test -f $(LOCALE)/$$language/LC_MESSAGES/django.po || .venv/bin/pybabel -q init -D django -l $$language -i $(LOCALE)/django.pot -d $(LOCALE); done
	@.venv/bin/pybabel -q update -D django --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete -w 99 -i $(LOCALE)/django.pot -d $(LOCALE)
	@rm $(LOCALE)/django.pot
	@.venv/bin/pybabel -q compile -D django -d $(LOCALE)
	@.venv/bin/pybabel -q compile -D django -d src/masthead/desk/locale

.PHONY: demo
demo: .venv/.run ## Run the demo newsroom: http://localhost:8000
	@.venv/bin/python -m demo

.PHONY: test
test: .venv/.dev ## Pass every check, each proof in its short form
	@.venv/bin/python -m tests.run

.PHONY: prove
prove: .venv/.dev ## Run the proofs at full size and print their counts
	@PROVE=1 .venv/bin/python -m pytest --quiet -m proof -n2 -rA

.PHONY: bench
bench: .venv/.dev ## Print the budgets, as ratios to a reference measured in the same run
	@.venv/bin/python -m tests.bench
