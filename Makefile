# make demo   build the example shop and lint its branch
# make test   the static checks, then all tests
#
# Each target sets up what it needs in .venv; PYTHON=… chooses the interpreter.

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
unexport PYTHONPATH PYTHONHOME

BIN := .venv/bin
WORKERS ?= 2
PYTEST ?=

.PHONY: help demo test lint unit format generate requirements benchmark corpus environment runtime-environment clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: runtime-environment ## Build the example shop, a real git repository, and lint its branch
	@$(BIN)/python examples/shop/demo.py

test: lint unit ## Run the static checks and all tests

lint: environment ## Check formatting, style, types, import contracts and generated files
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python scripts/generate.py --check

unit: environment ## Run all tests (PYTEST='-k name' for some of them)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST)

format: environment ## Format the code and fix what ruff can fix
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

generate: environment ## Write the generated pages and schemas anew
	$(BIN)/python scripts/generate.py

requirements: ## Pin the dependencies of pyproject.toml anew (OPTIONS=--upgrade for newer versions)
	scripts/pin-requirements.sh $(OPTIONS)

benchmark: environment ## Measure against named peers and write docs/performance.md
	$(BIN)/python benchmarks/run.py

corpus: environment ## Lint and inspect published schemas, downloaded from packages
	$(BIN)/python tests/corpus/corpus.py

environment:
	@scripts/environment.sh development

runtime-environment:
	@scripts/environment.sh runtime

clean: ## Remove everything that was made here
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache examples/shop/build
