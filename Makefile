# make run: the notebook, top to bottom   make lab: the same in Jupyter Lab   make test: the tests
# make exercises: the students' versions of exercises/source
# Each does all its own set-up, and nothing twice.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.10 python3 python; do \
	$$p -c 'import ensurepip, sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
NOTEBOOK := tf_transfer_learning
INPUTS := $(wildcard tf_ckpt/*.npz tf_ckpt/*.ckpt tf_ckpt/*.index data_list/*/k_fold)
# in a container one is often root, and Jupyter wants to be told so
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
MODULES := $(wildcard *.py tf_model/*.py course/*.py course/*/*.py)

.PHONY: run lab test setup pictures exercises
.DELETE_ON_ERROR:

run: model/$(NOTEBOOK).html
	@echo
	@echo "The executed notebook: model/$(NOTEBOOK).ipynb"
	@echo "The same as a page:    model/$(NOTEBOOK).html  (open it in a browser)"
	@echo "To run it cell by cell: make lab"

model/$(NOTEBOOK).html: model/$(NOTEBOOK).ipynb
	$(BIN)/jupyter nbconvert --log-level ERROR --to html $<

model/$(NOTEBOOK).ipynb: $(NOTEBOOK).ipynb $(MODULES) $(INPUTS) | pictures
	$(BIN)/python -m course.notebooks $< model/failed.ipynb
	@mv model/failed.ipynb $@

lab: pictures
	$(BIN)/jupyter lab $(ALLOW_ROOT) $(NOTEBOOK).ipynb

test: pictures
	$(BIN)/python -m pytest -n 2 --dist loadfile

exercises: setup
	cd exercises && for name in source/*; do \
		../$(BIN)/nbgrader generate_assignment --force --no-db $$(basename $$name) || exit 1; done

setup: $(VENV)/installed

$(VENV)/installed: requirements.txt
ifeq ($(strip $(PYTHON)),)
	$(error No Python from 3.10 to 3.13 with venv found (on Debian: apt install python3-venv). Install one, or name it: make PYTHON=/path/to/python3.11)
endif
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt
	@# opencv-python draws windows and needs libGL; where there is none, the build without windows
	@$(BIN)/python -c "import cv2" 2>/dev/null || $(BIN)/python -m pip install \
		--disable-pip-version-check -q --no-deps --force-reinstall \
		$$(grep -o 'opencv-python==[0-9.]*' requirements.txt | sed 's/python/python-headless/')
	@touch $@

pictures: setup
	@$(BIN)/python data/get.py cat_dog
	@test -f data_list/cat_dog/k_fold/train_cat_0.csv || $(BIN)/python data_list/make_list.py data/cat_dog
