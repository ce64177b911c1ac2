# `make` alone lists the commands. Everything is installed inside this folder: .uv/ and .venv/.
# Stamp files say what is installed already, so that a second call takes a second and needs no network.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.SUFFIXES:
.NOTPARALLEL:

UV     := .uv/bin/uv
BIN    := .venv/bin
export UV_PYTHON_DOWNLOADS := never

.PHONY: help
help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: demo
demo: .venv/.demo .venv/.project assets ## load a year of a real grocer's data and open it on http://127.0.0.1:8765
	@$(BIN)/keepwell demo --folder demo $(ARGS)

.PHONY: test
test: .venv/.dev .venv/.project assets check-assets ## run the tests that take seconds each (ARGS="tests/language -k parse" narrows)
	@$(BIN)/pytest -n 2 --dist loadgroup -m "not heavy" $(ARGS)

.PHONY: test-heavy
test-heavy: .venv/.dev .venv/.project assets check-assets ## run the tests that take minutes
	@$(BIN)/pytest -n 2 --dist loadgroup -m heavy $(ARGS)

.PHONY: check
check: .venv/.dev .venv/.project ## check format, style, types and import directions (under a minute)
	@failed=0; \
	$(BIN)/ruff format --check --quiet . || failed=1; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports --no-logo || failed=1; \
	exit $$failed

.PHONY: fix
fix: .venv/.dev ## format the code and mend what ruff can mend by itself
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

.PHONY: bench
bench: .venv/.dev .venv/.project ## measure: make bench NAME=intake SCALE=0.1 runs a tenth of it (without NAME, lists the benchmarks)
ifdef NAME
	@$(BIN)/python bench/$(NAME).py $(if $(SCALE),--scale $(SCALE)) $(ARGS)
else
	@ls bench/*.py | sed 's|bench/\(.*\)\.py|  make bench NAME=\1|'
endif

.PHONY: docs
docs: .venv/.dev .venv/.project ## write docs/reference from the code
	@$(BIN)/python tools/reference.py

.PHONY: screenshots
screenshots: .venv/.dev .venv/.project assets ## take pictures of every page into docs/pages (needs Chromium)
	@$(BIN)/python tools/screenshots.py $(ARGS)

.PHONY: build
build: .venv/.dev assets ## make the wheel, with the page assets inside
	@$(UV) build --quiet --wheel --python $(BIN)/python --no-build-isolation && ls dist/*.whl

.PHONY: pins
pins: .uv/.ready ## renew the pins in requirements/ from pyproject.toml
	@tools/pins.sh $(UV) $(ARGS)

.PHONY: clean
clean: ## remove what was installed and built here (not your plan folders, not ./demo)
	@rm -rf .venv .uv build dist src/keepwell/web/static/vendor .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# --- what the commands above need --------------------------------------------------------------------

.uv/.ready: requirements/uv.txt
	@mkdir -p .uv/bin
	@if command -v uv >/dev/null; then ln -sf "$$(command -v uv)" $(UV); else \
	  echo "Getting uv" && python=$$(tools/python.sh) && "$$python" -m venv .uv && \
	  .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<; fi
	@touch $@

$(BIN)/python: | .uv/.ready
	@python=$$(tools/python.sh) && $(UV) venv --quiet --python "$$python" .venv

.venv/.demo .venv/.dev: .venv/.%: requirements/%.txt | $(BIN)/python
	@echo "Installing $< into .venv (the first time takes a minute)"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes --build-constraints $< -r $<
	@touch $@

# The project itself, editable; without build isolation, so that nothing unpinned is fetched.
.venv/.project: pyproject.toml | $(BIN)/python
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: assets
assets: | $(BIN)/python
	@$(BIN)/python tools/assets.py --uv $(UV)

# What only tests of the pages need.
.PHONY: check-assets
check-assets: | $(BIN)/python
	@$(BIN)/python tools/assets.py --for-checks --uv $(UV)
