# make run     start the app at http://localhost:8501     (PORT=8502 for another port)
# make test    lint, types and every test, as CI runs them (ARGS="-k vae" goes to pytest)
# make soak    what takes longer: every link key and button with everything that can go wrong
# make bench   the 1-D GAN against a plain PyTorch loop
# make clean   remove everything this file has made
#
# PYTHON=python3.12 picks another interpreter. GNU make 3.81 (macOS) is enough. On Linux TORCH_INDEX
# names the index, or folder of wheels, that the CPU build of torch is taken from.

PYTHON ?= python3
PORT   ?= 8501
ARGS   ?=

VENV := .venv
# Never $(VENV)/bin/pip or .../streamlit: those carry the absolute path of the folder in which they
# were installed, and break when the project is moved. `python -m` does not.
PY   := $(VENV)/bin/python
PIP  := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: run test soak bench warm clean
.DELETE_ON_ERROR:

run: $(VENV)/.run warm
	@echo "Opening http://localhost:$(PORT)  (Ctrl+C stops it)"
	@$(PY) -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.dev warm
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict core ui
	$(PY) -m pytest $(ARGS)

soak: $(VENV)/.dev warm
	$(PY) -m pytest tests/soak $(ARGS)

bench: $(VENV)/.run warm
	@$(PY) -m bench.gan_1d

# Compiling takes long once and is then read from disk: better here, with a progress line, than
# behind a page that looks frozen.
warm: | $(VENV)/.run
	@$(PY) -m core.warm

# Two stamps, so that a second start asks pip nothing at all.
$(VENV)/.run: requirements.txt | $(VENV)/pyvenv.cfg
	@echo "Installing what the app needs into $(VENV): some minutes, the first time only ..."
	@$(PY) install_torch.py
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

# A half-made environment is removed, or the next `make` would take it for a whole one.
$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
		found=`$(PYTHON) --version 2>/dev/null || echo missing`; \
		echo "Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is $$found; name another: make run PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Creating $(VENV) with `$(PYTHON) --version` ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv module did not work; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
