# The verbs of the course. CI calls the same ones. Each sets up `.venv` first, if need be.
# PYTHON=/path/to/python   the Python that `.venv` is made from (default: the first fitting one)
# LOCKED=0                 the newest versions in place of the locked ones
# WORKERS=2                processes that run the tests
# LESSON=03                the lesson that `make slides` opens
# ARGS="--no-browser"      further options for what is called: JupyterLab, pytest, the training

PYTHON  ?=
LOCKED  ?= 1
WORKERS ?= 2
ARGS    ?=
LESSON  ?= 00

ifeq ($(OS),Windows_NT)
PY := .venv/Scripts/python.exe
else
PY := .venv/bin/python
endif

# Any Python that runs will do to look for a fitting one (on Windows, python3 may be a stub that only opens a shop).
any_python = $(shell for p in python3 python py; do $$p -c "" 2>/dev/null && echo $$p && break; done)
set_up_with = $(or $(PYTHON),$(any_python),$(error no Python found; the course needs 3.11, 3.12 or 3.13))
SET_UP = "$(set_up_with)" tools/set_up.py $(if $(PYTHON),--python "$(PYTHON)") $(if $(filter 0,$(LOCKED)),--newest)
# Tests with a verb of their own. Their folders are not even looked into: it takes as long as many tests.
ELSEWHERE := browser backends hub doors
NOT_ELSEWHERE := not browser and not site and not backends and not hub and not doors
HERE := $(ELSEWHERE:%=--ignore=tests/%) tests
# The fast tests load no Keras. Each process gets half of them at the start: to hand them out one by one takes seconds.
FAST := --dist worksteal -m "not slow and not notebook and not keras and $(NOT_ELSEWHERE)"
FAST_HERE := $(patsubst %,--ignore=tests/%,lessons notebooks with_keras) $(HERE)
# One thread in each test process: the processes share the cores already.
# What must run in one process, such as a solved lesson and its claims, is marked with its group.
# nbmake's own options are not used here, and would load what checks notebooks into the process that only reports.
PYTEST := $(PY) -m pytest -p no:nbmake -n $(WORKERS) --dist loadgroup
test test-fast: export OMP_NUM_THREADS ?= 1
test test-fast: export TF_NUM_INTRAOP_THREADS ?= 1
test test-fast: export TF_NUM_INTEROP_THREADS ?= 1
test test-fast: export TF_CPP_MIN_LOG_LEVEL ?= 2

.DEFAULT_GOAL := help
.PHONY: help lab slides site decks doctor imdb test test-fast test-browser test-site test-site-fast test-backends test-hub test-doors release \
        student-branch results lint ruff check-notebooks \
        check-documents check-results types format notebooks lock clean set-up set-up-dev

help: ## say what each verb does
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'

lab: set-up ## open the course in JupyterLab, at the first notebook
	$(PY) -m lstm_teach lab $(ARGS)

slides: set-up ## open a lesson as live slides: make slides LESSON=03
	$(PY) -m lstm_teach slides $(LESSON) $(ARGS)

doctor: set-up ## say what is installed, what is wrong and how to fix it
	$(PY) -m lstm_teach doctor

imdb: set-up ## train on the real reviews (downloaded, or LSTM_TEACH_IMDB=path); record, table and plots
	$(PY) -m lstm_teach train --corpus imdb $(ARGS)
	$(PY) -m experiments results --own

test: lint types ## every check and every test but those in a browser and on other backends
	$(PYTEST) -m "$(NOT_ELSEWHERE)" $(ARGS) $(HERE)

test-fast: set-up-dev ## the tests without notebooks, Keras and trainings, in about a minute
	$(PYTEST) $(FAST) $(ARGS) $(FAST_HERE)

test-browser: set-up-dev ## lessons and labs in JupyterLab and as slides, in a real browser (needs Chromium on the PATH)
	$(PYTEST) -m browser $(ARGS) tests/browser

# PyTorch's Triton and TensorFlow crash in one process: what imports PyTorch runs in its own.
test-backends: WITH_TORCH := tests/backends/test_experiments_gpu.py
test-backends: set-up-dev ## install JAX and PyTorch, and run the same models on them
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[backends]"
	$(PY) -m pytest -m backends $(ARGS) $(WITH_TORCH)
	$(PY) -m pytest -m backends $(ARGS) tests --ignore=$(WITH_TORCH)

test-hub: set-up-dev ## a class on a real JupyterHub, pulled by nbgitpuller and graded by nbgrader (needs Node and Chromium)
	$(PY) -m pip install --quiet --disable-pip-version-check -e ".[hub]" jupyter-repo2docker
	npm install --silent --no-audit --no-fund --prefix .hub configurable-http-proxy@5
	$(PY) -m pytest -m hub $(ARGS) tests/hub

test-doors: set-up-dev ## fresh environments: wheel, source archive, VS Code, Colab, oldest and newest JupyterLab
	$(PY) -m pytest -m doors $(ARGS) tests/doors

release: set-up-dev ## the lessons as assignments for nbgrader, in the folder graded/: make release ARGS="03 06"
	$(PY) -m tools.make_release graded $(ARGS)

student-branch: set-up-dev ## the branch that students pull with nbgitpuller: lessons alone, no solutions
	$(PY) -m tools.student_branch $(ARGS)

lint: ruff check-notebooks check-documents check-results ## ruff, and notebooks and documents in step with their sources

ruff: set-up-dev ## ruff and its formatter
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

check-notebooks: set-up-dev ## notebooks in step with their sources: all, or LESSONS="notebooks/src/03_forget_gate.py"
	$(PY) -m tools.make_minutes --check
	$(PY) -m tools.build_notebooks --check $(LESSONS)

check-documents: set-up-dev ## stills, coverage, README and handout in step with lessons and package
	$(PY) -m tools.make_stills --check
	$(PY) -m tools.make_coverage --check
	$(PY) -m tools.make_readme --check
	$(PY) -m tools.make_handout --check

check-results: set-up-dev ## results in step with the records
	$(PY) -m experiments results --check

results: set-up-dev ## make docs/results.md, its pictures and README's tables anew from the records
	$(PY) -m experiments results
	$(PY) -m tools.make_readme

types: set-up-dev ## mypy over the package, the experiments and the Python of the pages
	$(PY) -m mypy

format: set-up-dev ## let ruff fix what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

notebooks: set-up-dev ## build the notebooks and their still pictures from notebooks/src
	$(PY) -m tools.make_minutes
	$(PY) -m tools.build_notebooks
	$(PY) -m tools.make_stills
	$(PY) -m tools.make_coverage
	$(PY) -m tools.make_readme
	$(PY) -m tools.make_handout

site: set-up-dev ## execute the lessons and write them as live pages to site/, for any web server
	$(PY) -m tools.make_site $(ARGS)

test-site: export LSTM_TEACH_SITE = site
test-site: set-up-dev ## build the site with JupyterLab, and test all of it in a browser (Firefox, too, if it is there)
	$(PY) -m tools.make_site --lab
	$(PY) -m pytest -m site $(ARGS) tests/browser

test-site-fast: export LSTM_TEACH_SITE = build/three-pages
test-site-fast: set-up-dev ## three pages of the site in a browser, in about three minutes
	$(PY) -m tools.make_site 01 03 05 --to $(LSTM_TEACH_SITE)
	$(PYTEST) -m smoke $(ARGS) tests/browser

decks: set-up-dev ## write the lessons as PDF slides to site/decks (needs Chromium): make decks ARGS="03 07"
	$(PY) -m tools.make_deck $(ARGS)

lock: set-up-dev ## write requirements.lock and requirements-dev.lock anew from pyproject.toml
	$(PY) -m tools.lock

clean: ## remove what can be made again (.venv and downloads in data/cache stay)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist site artifacts
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

set-up:
	@$(strip $(SET_UP))

set-up-dev:
	@$(strip $(SET_UP)) --dev
