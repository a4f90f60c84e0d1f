# The commands of the project. Each target first sets up what it needs.

PYTHON ?= python3
BIN := .venv/bin
# Node.js is in this folder if the machine has none, or one that is too old. A shell finds it there, make itself does not everywhere.
SHELL := bash
export PATH := $(CURDIR)/.cache/node/bin:$(PATH)
# Without bytecode on disk, each of the tests' hundreds of processes compiles the sources again.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

CORES := $(shell getconf _NPROCESSORS_ONLN)

# One more than there are cores, because some tests wait. Each loads all tests and their libraries, which takes seconds.
WORKERS ?= $(shell expr 1 + $(CORES))

# Runs the targets after it side by side. What one prints stays together, and all of them run even if one fails.
SIDE_BY_SIDE = $(MAKE) --keep-going $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) --jobs

# Those that take longest come first.
LINTERS := $(addprefix build/lint/,python-types typescript-rules typescript-format typescript-types) \
  build/site/index.html lint-python lint-workflows lint-shell
CODE := \( -name node_modules -o -name __pycache__ -o -name dist -o -name out -o -name bundled \) -prune -o
PYTHON_CODE := $(shell find server tests benchmarks $(CODE) \( -type d -o -name '*.py' -o -name '*.pyi' \) -print)
TYPESCRIPT_CODE := $(shell find vscode-extension tests/editors $(CODE) \( -type d -o -type f -not -name '*.vsix' \) -print)

# All of their tests are slow, so that their imports need not be waited for.
SLOW_FILES := tests/real tests/test_mcp.py

.PHONY: demo test test-quick lint lint-python lint-workflows lint-shell format test-python test-real test-recorded test-pythons test-on-oldest test-on-newest test-real-and-pythons test-fresh test-extension setup-editors test-editors compatibility soak bench bench-scale package dist docs clean
.DELETE_ON_ERROR:

demo: .venv/.installed  ## set up, and show a tour in the terminal. Needs only Python
	$(BIN)/pipesight demo

# What takes longest to install comes first. The linters run beside it.
INSTALLS := .venv/.developed .venvs/zenml/.installed .cache/system setup-editors .venvs/oldest/.installed \
  .venvs/newest/.installed .venvs/pyarrow-13/.installed

# Nothing runs beside the tests in editors: VS Code on a busy machine drops keys. All parts run even if one fails.
test: .venv/.installed  ## set up, and run all tests
	$(SIDE_BY_SIDE) $(WORKERS) $(INSTALLS) $(LINTERS) test-extension
	$(MAKE) --keep-going test-editors test-real-and-pythons test-recorded

test-quick: .venv/.developed  ## run most of the tests that need no ZenML, MariaDB, browser or editor
	$(BIN)/ruff check --output-format concise
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal -p no:logging -m "not slow and not thorough and not mariadb" $(SLOW_FILES:%=--ignore %) --hypothesis-profile quick

lint: .venv/.developed node_modules/.installed .venvs/docs/.installed  ## run the linters and type checkers, and build the site
	$(SIDE_BY_SIDE) $(CORES) $(LINTERS)

lint-python: .venv/.developed
	$(BIN)/ruff check --output-format concise
	$(BIN)/ruff format --check --quiet

lint-workflows: .venv/.developed
	$(BIN)/zizmor --offline --quiet --persona auditor .github action.yml
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jactionlint --strict-exit

lint-shell: .venv/.developed
	$(BIN)/shellcheck --severity warning .ci/* tests/editors/*.sh

# A linter that takes seconds runs only if what it reads has changed. What changes while it runs counts as changed.
build/lint/python-types: pyproject.toml .venv/.developed $(PYTHON_CODE)
	@mkdir -p $(@D) && touch $@.begun
	$(BIN)/basedpyright
	@mv $@.begun $@

build/lint/typescript-%: package.json node_modules/.installed $(TYPESCRIPT_CODE)
	@mkdir -p $(@D) && touch $@.begun
	npm run --silent lint:$*
	@mv $@.begun $@

format: .venv/.developed  ## format the Python code
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format --quiet

test-python: test-recorded test-real  ## run the Python tests

test-recorded: .venv/.developed .venvs/pyarrow-13/.installed .cache/system  # with histories that ZenML has recorded
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal --ignore tests/real

test-real: .venv/.developed .venvs/zenml/.installed .cache/system  # with ZenML itself
	$(BIN)/python -m pytest tests/real

test-pythons: .venv/.installed  ## run the tests that depend on the Python version on the oldest and the newest here
	$(SIDE_BY_SIDE) $(CORES) test-on-oldest test-on-newest

test-on-oldest test-on-newest: test-on-%: .venvs/%/.installed .cache/system
	bash .ci/pythons test $*

# The tests with ZenML mostly wait for it, so other tests can run beside them.
test-real-and-pythons: .venv/.installed
	$(SIDE_BY_SIDE) $(WORKERS) test-real test-on-oldest test-on-newest

test-fresh:  ## run the README's two commands in a new Debian with only Python, as root. ONLY="demo lint" and SUITE=forky select others
	bash .ci/fresh $(or $(ONLY),demo test)

test-extension: node_modules/.installed  ## run the extension's unit tests
	npm test --silent

# Without the extension, because linters would see its temporary files.
setup-editors: .venv/.developed node_modules/.installed .cache/system
	bash tests/editors/setup.sh installs

test-editors: .venv/.developed node_modules/.installed .cache/system .venvs/zenml/.installed  ## run the tests in real editors
	npm run --silent test:editors

compatibility: .venv/.developed .venvs/zenml/.installed .cache/system  ## read every recorded history, and write docs/compatibility.md
	$(BIN)/python -m pytest -p tests.compatibility tests/history/test_rows.py tests/history/test_projects.py tests/history/test_record.py tests/history/test_holdings.py tests/real

soak: .venv/.developed  ## test a server with random edits and requests for two minutes. SOAK="--seconds 3600 --seed 7" for more
	$(BIN)/python -m tests.soak $(SOAK)

bench: .venv/.developed .venvs/peers/.installed  ## run the benchmarks of docs/benchmarks.md
	$(BIN)/python benchmarks/run.py

bench-scale: .venv/.developed .venvs/zenml/.installed .cache/system  ## run the benchmarks of a history of 100,000 runs and of a ZenML server. Needs about 15 GB in .cache
	$(BIN)/python benchmarks/scale.py

package: .venv/.installed node_modules/.installed  ## build the VS Code extension as a VSIX
	npm run --silent package

dist: .venv/.developed  ## build the wheel and the source distribution in build/dist
	rm -rf build/dist
	$(BIN)/python -m hatchling build --directory build/dist

docs: build/site/index.html  ## build the documentation as a site with search in build/site. Fails for a broken link

clean:  ## remove everything that the targets above made
	rm -rf .venv .venvs .cache .hypothesis .pytest_cache .ruff_cache build node_modules tests/editors/node_modules
	cd vscode-extension && rm -rf node_modules dist out bundled *.vsix

.venv/.installed: pyproject.toml constraints.txt
	bash .ci/python $(PYTHON)
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

.venvs/peers/.installed: .venv/.installed benchmarks/requirements.txt
	$(PYTHON) -m venv .venvs/peers
	.venvs/peers/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	touch $@

.venvs/docs/.installed: docs/requirements.txt | .venv/.installed
	$(PYTHON) -m venv .venvs/docs
	.venvs/docs/bin/python -m pip install --quiet --disable-pip-version-check --requirement docs/requirements.txt
	touch $@

build/site/index.html: mkdocs.yml tools/dark_pictures.py .venvs/docs/.installed $(shell find docs/)
	NO_MKDOCS_2_WARNING=1 .venvs/docs/bin/mkdocs build --strict --quiet

# `.venv` comes first, because it may install the Debian package that makes environments. One apt at a time may work.
.venvs/zenml/.installed: pyproject.toml tests/real/requirements.txt | .venv/.installed
	$(BIN)/python tools/once.py $@ $^ -- bash .ci/zenml $(PYTHON)

.venvs/pyarrow-13/.installed: .ci/old-pyarrow | .venv/.installed
	bash .ci/old-pyarrow

.venvs/oldest/.installed .venvs/newest/.installed: .ci/pythons pyproject.toml | .venv/.installed
	bash .ci/pythons install $(notdir $(@D))

.venv/.developed: .venv/.installed
	$(PIP) install --constraint constraints.txt --group dev
	touch $@

.cache/node/.installed: package.json .ci/node .venv/.installed
	bash .ci/node

node_modules/.installed: package.json package-lock.json vscode-extension/package.json | .cache/node/.installed
	npm ci --silent
	touch $@

.cache/system: | .venv/.installed
	bash .ci/system
	mkdir -p .cache && touch $@
