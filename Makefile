PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPORA ?= ../shared/corpora
SAMPLES ?= ../shared/samples

.PHONY: demo test lint bench bench-hostile bench-operations bench-faults bench-healed fuzz docs screenshot clean

demo: $(VENV)/.installed ## set up and judge the example shop
	$(BIN)/python examples/demo.py

test: $(VENV)/.installed lint ## set up, lint and run the tests
	$(BIN)/pytest -n 2 -q

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/ty check
	$(BIN)/lint-imports

bench: $(VENV)/.installed .venv-bench/.installed ## quality and speed, as one Markdown table
	$(BIN)/python -m benchmarks --corpora $(CORPORA) --samples $(SAMPLES) --environment .venv-bench

bench-hostile: $(VENV)/.installed ## hostile programs, then what 1,000 runs leave behind
	$(BIN)/python -m benchmarks.hostile

bench-operations: $(VENV)/.installed ## repeated corpus, cost of watching, a month of records
	$(BIN)/python -m benchmarks.operations 30

bench-faults: $(VENV)/.installed ## break every part, time the recovery, then 10,000 validations
	$(BIN)/python -m benchmarks.faults
	$(BIN)/python -m benchmarks.faults soak 10000

bench-healed: $(VENV)/.installed ## heal released packages and run their own tests
	$(BIN)/python -m benchmarks.healed_packages

fuzz: $(VENV)/.installed ## programs that nobody would write; no check may fail on one
	$(BIN)/python -m benchmarks.fuzz 300

docs: $(VENV)/.installed ## one page a rule, from the docstrings
	$(BIN)/python -m docs.generate

screenshot: $(VENV)/.installed ## the picture in the README, from real output
	$(BIN)/python -m docs.screenshot

clean:
	rm -rf $(VENV) .venv-bench build dist

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

.venv-bench/.installed: benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	touch $@
