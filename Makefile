# The commands of this repository. `make help` lists them.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
export CARGO_TERM_COLOR ?= auto

.PHONY: help setup demo test eval record chaos hostile bench fuzz lint fmt

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

setup: ## install redis-server from Debian where it is missing
	@command -v redis-server >/dev/null || { \
	  echo "installing redis-server (Debian package)"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	  $$sudo apt-get update -q && $$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends redis-server; }

demo: setup ## a whole shop on this machine: Redis, gateway, worker, and stand-ins for Avito, Google, Telegram and the model
	@cargo run --quiet -p salesphere -- demo

test: setup ## every test, with a Redis of its own
	cargo test --workspace --quiet --no-fail-fast

eval: ## how good the answers are, on recorded answers: the gate that `make test` holds, too
	@cargo run --quiet -p salesphere -- eval --suite smoke --recorded --gate prompts/evals/gates.toml

record: ## after a change of prompts/router.md or of a message: the sandbox's model answers the smoke set anew, in a second
	@rm -f prompts/evals/recorded/sandbox-rules.jsonl
	@cargo run --quiet -p salesphere -- eval --suite smoke --record

chaos: setup ## the programs killed, frozen, cut off, lied to; every message is followed: [DURATION=120] [SEED=1] [RATE=16]
	@cargo build --quiet --bin gateway --bin worker --bin chaos
	@"$${CARGO_TARGET_DIR:-target}/debug/chaos" --duration $(or $(DURATION),120) --seed $(or $(SEED),1) $(if $(RATE),--rate $(RATE))

hostile: ## buyers and a model that mean no good; every reply is judged: [N=20000] [SEED=1] [TURN=12.3]
	@cargo build --quiet -p hostile
	@"$${CARGO_TARGET_DIR:-target}/debug/hostile" --turns $(or $(N),20000) --seed $(or $(SEED),1) $(if $(TURN),--turn $(TURN))

bench: setup ## latencies, throughput, memory, and the gates: [ONLY=gateway,pickup] [QUICK=1] [OUT=figures.json]
	@cargo build --release --quiet -p bench -p gateway -p worker
	@"$${CARGO_TARGET_DIR:-target}/release/bench" $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick) $(if $(OUT),--json $(OUT))

fuzz: ## a reader fed with mutated texts, which nothing may make panic: [TARGET=numbers|products|places|webhook] [SECONDS=600]
	@command -v cargo-fuzz >/dev/null || cargo install --locked --quiet cargo-fuzz
	@cp Cargo.lock fuzz/Cargo.lock # the same versions as everywhere
	@for target in $(or $(TARGET),webhook numbers products places); do \
	  mkdir -p fuzz/corpus/$$target; \
	  RUSTC_BOOTSTRAP=1 cargo fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- \
	    -max_total_time=$(or $(SECONDS),600) -max_len=600 -print_final_stats=1; \
	done

lint: setup ## formatting, clippy, the arrows between the rooms, the prompts
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	cargo clippy --workspace --lib --bins --features worker/sabotage --quiet -- -D warnings
	cargo test --quiet -p it arrows
	cargo test --quiet -p agents library

fmt: ## format everything
	cargo fmt --all
