# make run     the notebook from top to bottom, and a page of it
# make lab     the notebook in JupyterLab, to run it cell by cell
#
# make lint, make test, make test-faults     before you hand in a change (CONTRIBUTING.md)
# make exercises                             the students' versions of exercises/source
#
# Each does its own set-up, and nothing twice.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.10 python3 python; do \
	$$p -c 'import ensurepip, sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
# programs are called as modules: a script in bin/ fails where its path is long or holds a space
RUN := $(VENV)/bin/python -m
PIP_INSTALL := $(RUN) pip install --disable-pip-version-check -q
NOTEBOOK := tf_transfer_learning
MODULES := $(wildcard generator.py callbacks.py tf_model/*.py course/*.py course/*/*.py)
INPUTS := $(wildcard tf_ckpt/*.npz tf_ckpt/*.ckpt tf_ckpt/*.index data_list/*/k_fold)
# in a container you are often root, and Jupyter wants to be told so
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: run lab lint test test-faults exercises setup setup-dev images
.DELETE_ON_ERROR:

run: model/$(NOTEBOOK).html
	@echo
	@echo "The executed notebook: model/$(NOTEBOOK).ipynb"
	@echo "The same as a page:    model/$(NOTEBOOK).html  (open it in a browser)"
	@echo "To run it cell by cell: make lab"

model/$(NOTEBOOK).html: model/$(NOTEBOOK).ipynb
	@$(RUN) nbconvert --log-level ERROR --to html $<

# the executed notebook gets its name when it is complete
model/$(NOTEBOOK).ipynb: $(NOTEBOOK).ipynb $(MODULES) $(INPUTS) | images
	@echo "Running the notebook: 2 to 20 minutes, depending on the machine ..."
	@$(RUN) course.notebooks $< model/failed.ipynb
	@mv model/failed.ipynb $@

lab: images
	$(RUN) jupyterlab $(ALLOW_ROOT) $(NOTEBOOK).ipynb

lint: setup-dev
	$(RUN) ruff check .

test: setup-dev images
	$(RUN) pytest --ignore tests/faults -n 2 --dist loadfile

test-faults: setup-dev images
	$(RUN) pytest tests/faults -n 2 --dist loadfile

exercises: setup-dev
	cd exercises && for name in source/*; do \
		../$(RUN) nbgrader generate_assignment --force --no-db $$(basename $$name) || exit 1; done

setup: $(VENV)/installed
setup-dev: $(VENV)/installed-dev

$(VENV)/installed: requirements.txt
ifeq ($(strip $(PYTHON)),)
	$(error No Python from 3.10 to 3.13 with venv found (on Debian: apt install python3-venv). Install one, or name it: make PYTHON=/path/to/python3.11)
endif
	@echo "Setting up $(VENV), once: 3.1 GB, a few minutes ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) -r requirements.txt
	@# opencv-python draws windows and needs libGL; where there is none, the build without windows
	@$(VENV)/bin/python -c "import cv2" 2>/dev/null || $(PIP_INSTALL) --no-deps --force-reinstall \
		$$(grep -o 'opencv-python==[0-9.]*' requirements.txt | sed 's/python/python-headless/')
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

images: setup
	@$(VENV)/bin/python data/get.py cat_dog
	@test -f data_list/cat_dog/k_fold/train_cat_0.csv || $(VENV)/bin/python data_list/make_list.py data/cat_dog
