# Two commands do everything on a fresh Debian 12: `make demo` and `make test`. `make help` lists the others.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc)

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 20

setup:  ## install the Debian packages that are missing (Aptfile)
	@./.cmake/setup.sh

build: configure  ## build everything (PRESET=release, dev, clang, asan or tsan)
	@echo "== building everything ($(PRESET), $(JOBS) jobs) into $(BUILD)"
	@cmake --build --preset $(PRESET) -j $(JOBS)

configure: setup
	@mkdir -p build && cmake --preset $(PRESET) >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }

demo: configure  ## the main job, step by step, on real input
	@echo "== building what the demo needs ($(PRESET), $(JOBS) jobs) into $(BUILD)"
	@cmake --build --preset $(PRESET) -j $(JOBS) --target keyrule_plugin keyrule_command keyrule_example_host keyrule_python
	@./policies/demo/demo.sh $(BUILD)

test: build  ## every test; the last line is "N passed, N failed"
	@./tests/run.sh $(BUILD)

bench: build  ## what a decision costs, beside hand-written code in the same run; what opening a token of Dify's costs
	@cmake --build --preset $(PRESET) -j $(JOBS) --target benches
	@$(BUILD)/tests/bench/decide_bench
	@$(BUILD)/tests/bench/scale_bench
	@$(BUILD)/tests/bench/shared_bench
	@$(BUILD)/tests/bench/state_bench
	@$(BUILD)/tests/bench/payload_bench
	@$(BUILD)/tests/bench/token_bench
	@$(BUILD)/tests/bench/load_bench

instructions: configure  ## after a change that is meant: what callgrind counts of a decision, into tests/bench/instructions.json
	@cmake --build --preset $(PRESET) -j $(JOBS) --target instructions

oracle: configure  ## ten million random requests against the oracle, from another seed each time (KEYRULE_SEED=…)
	@cmake --build --preset $(PRESET) -j $(JOBS) --target equivalence_test
	@KEYRULE_SEED=$${KEYRULE_SEED:-$$(date +%s)} KEYRULE_CASES=$${KEYRULE_CASES:-10000000} \
	  $(BUILD)/tests/evaluator/equivalence_test --gtest_filter='*Oracle'

brute-force: configure  ## what the analysis says of 100,000 random policies, against every request; hours (KEYRULE_SEED=…, KEYRULE_CASES=…)
	@cmake --build --preset $(PRESET) -j $(JOBS) --target analysis_test
	@KEYRULE_SEED=$${KEYRULE_SEED:-$$(date +%s)} KEYRULE_CASES=$${KEYRULE_CASES:-100000} \
	  $(BUILD)/tests/evaluator/analysis_test --gtest_filter='*Agree*:Nearest.NoRequestIsNearer'

bench-python: build  ## what the hook costs from Python, beside json.loads
	@PYTHONPATH=plugin_api/python KEYRULE_LIBRARY=$(CURDIR)/$(BUILD)/libkeyrule.so KEYRULE_COMMAND=$(CURDIR)/$(BUILD)/keyrule \
	  /usr/bin/python3 -B tests/bench/python/binding_bench.py

wheel: configure  ## the Python package as a wheel that carries all it needs, in build/wheel
	@cmake --build --preset $(PRESET) -j $(JOBS) --target keyrule_wheel
	@./plugin_api/python/wheel.sh $(BUILD)

wheel-clean-root: wheel  ## that wheel in a bare Debian 12, as root, with the interpreter in PYTHON=FOLDER (3.12 say)
	@./tests/wheel/clean_root.sh build/wheel/keyrule-*.whl $(PYTHON)

bench-store: build  ## a store of 1,000,000 credentials: made, opened, read, beside RocksDB alone (some minutes)
	@$(BUILD)/tests/bench/store_scale_bench

faults: configure  ## kill -9, damaged files, full disks and failing system calls in numbers; half an hour
	@cmake --build --preset $(PRESET) -j $(JOBS) --target store_fault_test keyrule_command keyrule_plugin state_test
	@cmake --build --preset $(PRESET) --target faults
	@cmake --build --preset $(PRESET) --target state-kill-soak

test-dify: configure  ## inside a real Dify: DIFY_API=…/dify/api DIFY_PYTHON=… (tests/dify/README.md; half an hour)
	@cmake --build --preset $(PRESET) -j $(JOBS) --target keyrule_plugin keyrule_command
	@KEYRULE_COMMAND=$(CURDIR)/$(BUILD)/keyrule KEYRULE_LIBRARY=$(CURDIR)/$(BUILD)/libkeyrule.so python3 tests/dify/drive.py

asan:  ## the tests under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory test PRESET=asan

tsan:  ## the tests under the thread sanitizer
	@$(MAKE) --no-print-directory test PRESET=tsan

clang:  ## the tests, built by clang
	@$(MAKE) --no-print-directory test PRESET=clang

clean:  ## remove what was built
	@rm -rf build

.PHONY: help setup configure build demo test bench instructions oracle brute-force bench-python wheel wheel-clean-root bench-store faults test-dify asan tsan clang clean
