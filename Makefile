# `make demo` and `make test` need Python 3.11 or newer (venv, pip) and make; they install the rest into .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest --durations=25

export PIP_DISABLE_PIP_VERSION_CHECK = 1
unexport PYTHONDONTWRITEBYTECODE  # what pytest makes of the tests' asserts is kept: 4 s in each process

.PHONY: help demo test test-slow test-all check format bench bench-tables notebooks docs contract stubs lock clean

help:  ## Say what there is to make
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

$(READY): requirements/development.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/development.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## Train on a real table, score, predict, show
	@mkdir -p demo
	$(BIN)/python examples/write_table.py demo/cancer.csv
	$(BIN)/ffnn train demo/cancer.csv --target diagnosis -o demo/cancer.safetensors
	$(BIN)/ffnn predict demo/cancer.safetensors demo/cancer.csv -o demo/predictions.csv
	@head -n 4 demo/predictions.csv
	$(BIN)/ffnn show demo/cancer.safetensors

# Most of the suite's time goes into compiling what trains a few rows. Programs are kept for the next run, and those of
# the quick tests are not optimized, and their fusions are compiled the older way, in a third of the time: the slow ones
# run what users run.
test test-slow: export JAX_COMPILATION_CACHE_DIR = $(CURDIR)/.cache/jax
test test-slow: export JAX_COMPILATION_CACHE_MAX_SIZE = 1073741824
test test-slow: export JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS = 0
test test-slow: export JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES = -1
test: export JAX_DISABLE_MOST_OPTIMIZATIONS = 1
test: export XLA_FLAGS = --xla_cpu_use_fusion_emitters=false

test: $(READY)  ## Run the tests that are quick, some of them in a browser
	@sh tests/browser.sh
	$(PYTEST) -m "not slow"

test-slow: $(READY)  ## Run the slow tests: default recipes, lessons, thousands of damaged files, the whole page
	@sh tests/browser.sh
	$(PYTEST) -m slow

test-all: test test-slow  ## Run the whole suite

check: $(READY)  ## Format, lint, types, imports, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	@if command -v npx > /dev/null; then npx --yes --package typescript@5.9.3 tsc -p .; \
	    else echo "the page's types are not checked: that needs Node (npx)"; fi

format: $(READY)  ## Format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## Measure speed against scikit-learn, and PyTorch and TensorFlow where installed
	$(BIN)/python benchmarks/run.py $(ONLY)

bench-tables: $(READY)  ## Hold a RECIPE on real tables against PEERS
	$(BIN)/python benchmarks/tables.py $(if $(INNER),--inner) $(if $(RECIPE),--recipe $(RECIPE)) \
	    $(if $(PEERS),--peers $(PEERS)) $(if $(PEERS_PYTHON),--peers-python $(PEERS_PYTHON)) $(ONLY)

notebooks: $(READY)  ## Build the lessons' notebooks from their sources, and run the solutions
	$(BIN)/python notebooks/build.py $(ONLY)

docs: $(READY)  ## Write the page of choices, and their types, from the declarations
	$(BIN)/python tools/reference.py

stubs: $(READY)  ## Write what editors read of modules whose names are fetched when first used
	$(BIN)/python tools/stubs.py

contract: $(READY)  ## Write what server and page agree on for the page
	$(BIN)/python tools/page_contract.py

lock: $(READY)  ## Lock the newest versions, with hashes, for Python 3.11 to 3.14
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group development --universal --python-version 3.11 \
	    --fork-strategy fewest --generate-hashes --no-emit-index-url --no-annotate --upgrade --quiet \
	    --custom-compile-command "make lock" --output-file requirements/development.txt

clean:  ## Remove everything that was made
	rm -rf .venv demo .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
