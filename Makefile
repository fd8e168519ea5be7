PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AUDIT := .venv-audit
ORACLE := tests/policy/oracle/node_modules/.package-lock.json
AXE := tests/evidence/report_page/axe/node_modules/.package-lock.json

# Tests that synthesize most have a process of their own: the CDK's Node.js keeps every app it has
# made, and slows down when its memory is full.
APPS := tests/cost tests/data tests/monitoring tests/reference tests/rollout tests/test_app.py tests/test_docs.py

# An exported PYTHONDONTWRITEBYTECODE would make every import of aws_cdk slow.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-deployed test-apps test-rest lint examples docs audit vulnerabilities dist sbom requirements clean

demo: $(VENV)/dev ## Deploy the reference stack to an emulated AWS on this machine and verify it
	$(BIN)/secure-bedrock demo

test: $(VENV)/dev $(ORACLE) $(AXE) ## Run all tests
	@echo "Three runs, two at a time; each is shown when it has ended, after some minutes."
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-deployed test-apps test-rest

test-deployed:
	$(BIN)/python -m pytest -m "e2e and not audit"

test-apps:
	$(BIN)/python -m pytest -m "not e2e and not audit" $(APPS)

test-rest:
	$(BIN)/python -m pytest -m "not e2e and not audit" $(APPS:%=--ignore=%)

lint: $(VENV)/lint ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/docs/python_of_pages.py .mypy_cache/pages
	$(BIN)/mypy --strict --scripts-are-modules examples/*.py .mypy_cache/pages/*.py
	$(BIN)/zizmor --quiet --offline --persona pedantic .github action.yml

examples: $(VENV)/dev ## Synthesize every example
	@export JSII_NODE=$$($(BIN)/python -m secure_bedrock._node); \
	for example in examples/*.py; do echo "$$example"; $(BIN)/python $$example > /dev/null || exit 1; done

docs: $(AUDIT)/docs/done $(VENV)/dev ## Build the documentation as a site, in site/
	$(BIN)/python tests/docs/rules_of_constructs.py --check > /dev/null
	$(AUDIT)/docs/bin/zensical build --clean --strict

audit: $(VENV)/dev $(AUDIT)/checkov/done $(AUDIT)/prowler/done ## Run independent scanners
	$(BIN)/python -m pytest -m audit tests/independent

vulnerabilities: $(AUDIT)/release/done ## Look for known vulnerabilities in what is pinned
	for pins in requirements/*.txt; do $(AUDIT)/release/bin/pip-audit --require-hashes --disable-pip -r $$pins || exit 1; done

dist: $(VENV)/dev ## Build the wheel and the source distribution
	$(BIN)/python -m hatchling build -d dist

sbom: $(VENV)/dev $(AUDIT)/release/done ## Write the bill of materials of what was tested
	mkdir -p dist
	$(AUDIT)/release/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml \
	  --output-reproducible --of JSON -o dist/sbom.cdx.json

requirements: ## Pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make requirements" --extra dev -o requirements/dev.txt pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make requirements" --extra dev --extra lint -o requirements/lint.txt pyproject.toml
	for tools in checkov prowler 'release:pip-audit cyclonedx-bom' 'docs:zensical mkdocstrings[python] ruff'; do echo $${tools#*:} | tr ' ' '\n' | uv pip compile --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make requirements" \
	  -o requirements/$${tools%%:*}.txt -; done

clean:
	rm -rf $(VENV) $(AUDIT) cdk.out dist site .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/dev: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "secure-bedrock needs Python 3.11 or newer; set PYTHON=python3.x")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

# The IAM simulator that our own evaluator is compared with; it is used by tests only.
$(ORACLE): tests/policy/oracle/package-lock.json $(VENV)/dev
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund --prefix tests/policy/oracle
	@touch $@

# Accessibility checks of the report page in a browser; used by tests only.
$(AXE): tests/evidence/report_page/axe/package-lock.json $(VENV)/dev
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund --prefix tests/evidence/report_page/axe
	@touch $@

# Each scanner has its own environment: they pin what the others need in another version.
$(AUDIT)/%/done: requirements/%.txt
	$(PYTHON) -m venv $(AUDIT)/$*
	$(AUDIT)/$*/bin/python -m pip install --quiet --require-hashes -r requirements/$*.txt
	@touch $@

$(VENV)/lint: requirements/lint.txt $(VENV)/dev
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/lint.txt
	@touch $@
