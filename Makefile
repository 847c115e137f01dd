# make run     the notebook from top to bottom, and a page of it
# make lab     the notebook in JupyterLab, to run it cell by cell
#
# make lint, make test, make test-faults     before you hand in a change (CONTRIBUTING.md)
# make figures                               the tables of the READMEs, from the results files
# make exercises                             the students' versions of exercises/source
# make grade EXERCISE=plant_seedlings        what students have handed in (exercises/README.md)
# make lock, make audit                      the versions that are installed; known holes in them
#
# Each does its own set-up, and nothing twice. What is up to date is told by content, not by date:
# course/set_up.py and course/executed.py look.

ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.10 python3 python; do \
	$$p -c 'import ensurepip, sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
endif
VENV := .venv
# programs are called as modules: a script in bin/ names the folder that it was installed in
RUN := $(VENV)/bin/python -m
NOTEBOOK := tf_transfer_learning
LISTS := data_list/cat_dog/k_fold
# files of tests, in the order of tests/conftest.py
TWO_AT_A_TIME := -n 2 --dist loadfile --no-loadscope-reorder
# in a container you are often root, and Jupyter wants to be told so
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
COMPILE = $(RUN) uv pip compile --quiet --upgrade --universal --python-version 3.10 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: run lab lint test test-faults figures exercises grade lock audit setup setup-dev python images

run: images
	@$(RUN) course.executed $(NOTEBOOK).ipynb
	@echo
	@echo "The executed notebook: model/$(NOTEBOOK).ipynb"
	@echo "The same as a page:    model/$(NOTEBOOK).html  (open it in a browser)"
	@echo "To run it cell by cell: make lab"

lab: images
	JUPYTER_PREFER_ENV_PATH=1 $(RUN) jupyterlab $(ALLOW_ROOT) $(NOTEBOOK).ipynb

lint: setup-dev
	$(RUN) ruff check .

test: setup-dev images
	$(RUN) pytest --ignore tests/faults $(TWO_AT_A_TIME)

test-faults: setup-dev images
	$(RUN) pytest tests/faults $(TWO_AT_A_TIME)

figures: setup-dev
	$(RUN) benchmarks.figures

exercises: setup-dev
	cd exercises && for name in source/*; do \
		../$(RUN) nbgrader generate_assignment --force --no-db $$(basename $$name) || exit 1; done

grade: setup-dev
	cd exercises && ../$(RUN) course.grading $(EXERCISE)
	cd exercises && ../$(RUN) nbgrader generate_feedback --force $(EXERCISE)

# for all systems and each Python from 3.10 on; `-e .` is not a package to be locked
lock: setup-dev
	@$(RUN) pip install -q --disable-pip-version-check uv==0.13.9
	$(COMPILE) requirements-setup.txt -o locked/requirements-setup.txt
	grep -v '^-' requirements.txt | $(COMPILE) - -o locked/requirements.txt
	grep -v '^-' requirements-dev.txt | $(COMPILE) -c locked/requirements.txt - -o locked/requirements-dev.txt
	grep -o '^opencv-python==[0-9.]*' requirements.txt | sed 's/python/python-headless/' \
		| $(COMPILE) --no-deps - -o locked/opencv-headless.txt

audit: setup-dev
	@$(RUN) pip install -q --disable-pip-version-check pip-audit==2.10.1
	$(RUN) pip_audit --strict --disable-pip --require-hashes -r locked/requirements.txt -r locked/requirements-dev.txt

setup: python
	@$(PYTHON) -m course.set_up

setup-dev: python
	@$(PYTHON) -m course.set_up --dev

python:
ifeq ($(strip $(PYTHON)),)
	$(error No Python from 3.10 to 3.13 with venv found (on Debian: apt install python3-venv). Install one, or name it: make PYTHON=/path/to/python3.11)
endif

# the last list to be written says that all are there
images: setup
	@$(VENV)/bin/python data/get.py cat_dog
	@test -f $(LISTS)/test_dog_4.csv || $(VENV)/bin/python data_list/make_list.py data/cat_dog
