# Offbook. `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

tools := curl git make openssl pkg-config python3 sqlite3 jq
headers := libsqlite3-dev:sqlite3 zlib1g-dev:zlib libpcre2-dev:libpcre2-8 libxml2:libxml-2.0
swift_wanted := 6.3
swift_files := Package.swift Sources Tests schema
# How many tests run at once. All of them would open more files and threads than one process can bear: of 1,365 files
# and more, Foundation's `Process` reads beyond what it has, and crashes.
WIDTH ?= 16
# What `bench` and `bench-compare` pass on, for example: make bench ARGS='--rows 2000 --rounds 3'
ARGS ?=
# How many processes `torture` kills, and how many first syncs it cuts.
KILLS ?= 200
CUTS ?= 100
# Which random histories `torture` runs, of how many events the simulator's are, and how many at once.
SEEDS ?= 0..<1000
EVENTS ?= 1000
# The same of the deep ones, which come last; none where DEEP is empty.
DEEP ?= 9000..<9020
DEEP_EVENTS ?= 20000
JOBS ?= $(shell nproc)
# What `fuzz` tries, how often, and what else libFuzzer is told: make fuzz TARGET=server RUNS=100000
TARGET ?= decoder
RUNS ?= 1000000
FUZZ ?=
# What `daemon` plays, and for how many minutes the long load goes on.
SCENES ?= latency streams chaos nginx asleep disk together revoked clock cut load
MINUTES ?= 30
# The base URL of another gateway that `gateway` measures in the same run.
BESIDE ?=
# The commit that `previous` and `bench-compare` build, and how `previous` does.
BASE ?=
CONFIGURATION ?= release
# Where `install` puts things, and what it installs: a release build of its own unless one is named.
PREFIX ?= /usr/local
DESTDIR ?=
BINARY ?=
bin = $(DESTDIR)$(PREFIX)/bin
share = $(DESTDIR)$(PREFIX)/share

.PHONY: help setup demo test torture daemon gateway previous planted fuzz lint format bench bench-compare install uninstall protocol clean build

help: ## Show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; do
		printf '  make %-13s %s\n' "$$target" "$$text"
	done

setup: ## Install the system packages that are missing, and look for Swift
	@missing=()
	for tool in $(tools); do
		command -v "$$tool" >/dev/null || missing+=("$$tool")
	done
	for header in $(headers); do
		if command -v dpkg-query >/dev/null; then
			dpkg-query -W -f='$${Status}' "$${header%:*}" 2>/dev/null | grep -q '^install ok installed' ||
				missing+=("$${header%:*}")
		else
			pkg-config --exists "$${header#*:}" 2>/dev/null || missing+=("$${header%:*}")
		fi
	done
	# The tests run the reader in Tests/Python where a Python has protobuf, and mail to an SMTP server where
	# it has aiosmtpd. Else they say that they do not.
	wanted=()
	for module in google.protobuf:python3-protobuf aiosmtpd:python3-aiosmtpd; do
		{ python3 -c "import $${module%:*}" || /usr/bin/python3 -c "import $${module%:*}"; } 2>/dev/null ||
			wanted+=("$${module#*:}")
	done
	command -v apt-get >/dev/null || wanted=()
	if (($${#missing[@]} + $${#wanted[@]})); then
		echo "Missing system packages: $${missing[*]} $${wanted[*]}"
		if ! command -v apt-get >/dev/null; then
			echo "There is no apt-get here. Install what your system calls them, then try again." >&2
			exit 1
		fi
		as_root=(env DEBIAN_FRONTEND=noninteractive)
		if (($$(id -u) != 0)); then
			as_root=(sudo "$${as_root[@]}")
			if ! command -v sudo >/dev/null; then
				echo "Installing them takes root, and there is no sudo. As root: apt-get install $${missing[*]} $${wanted[*]}" >&2
				((!$${#missing[@]})) || exit 1
				wanted=()
			fi
		fi
		((!($${#missing[@]} + $${#wanted[@]}))) || "$${as_root[@]}" apt-get update -qq
		((!$${#missing[@]})) || "$${as_root[@]}" apt-get install -y -qq --no-install-recommends "$${missing[@]}"
		for package in "$${wanted[@]}"; do
			"$${as_root[@]}" apt-get install -y -qq --no-install-recommends "$$package" ||
				echo "Without $$package some tests are skipped." >&2
		done
	fi
	# So do those of OpenAI's and Anthropic's own clients, which are tried against the gateway.
	if [[ ! -e .build/python/openai || ! -e .build/python/anthropic ]] && ! python3 -c 'import openai, anthropic' 2>/dev/null
	then
		python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
			--target .build/python openai anthropic 2>/dev/null ||
			echo "Without openai and anthropic from PyPI a test is skipped." >&2
	fi
	found=$$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -1) || true
	if [[ -z $$found ]]; then
		echo "Swift is missing. Offbook needs Swift $(swift_wanted) or newer: https://www.swift.org/install" >&2
		exit 1
	fi
	if [[ $$(printf '%s\n' $(swift_wanted) "$$found" | sort -V | head -1) != $(swift_wanted) ]]; then
		echo "Swift $$found is too old. Offbook needs $(swift_wanted) or newer: https://www.swift.org/install" >&2
		exit 1
	fi

# The one debug build that `demo` and `test` share.
build: setup
	@if [[ -x .build/debug/offbook ]]; then
		swift build --build-tests --quiet 2>&1 | { grep -v '^\[[0-9/]*\] Planning build$$' || true; }
	else
		[[ -e .build/debug ]] || echo "The first build takes a while: about 3 to 6 minutes on two cores."
		swift build --build-tests
	fi

demo: build ## Play two laptops, a server and a stick, in a few seconds
	@OFFBOOK=.build/debug/offbook Tests/Demo/demo.sh

test: build ## Run all tests
	@swift test --skip-build --disable-xctest --experimental-maximum-parallelization-width $(WIDTH)

torture: build ## Killed processes and random histories, for as long as you like (KILLS=200 SEEDS='0..<1000' EVENTS=1000)
	OFFBOOK_KILLS='$(KILLS)' OFFBOOK_CUTS='$(CUTS)' swift test --skip-build --disable-xctest \
		--filter 'KillTests|BootstrapTests'
	swift build -c release --static-swift-stdlib --product offbook-simulate
	.build/release/offbook-simulate --seeds '$(SEEDS)' --events '$(EVENTS)' --jobs '$(JOBS)'
	OFFBOOK_SEEDS='$(SEEDS)' swift test --skip-build --disable-xctest --filter 'ConvergenceTests|FolderHistoryTests'
	if [[ -n '$(DEEP)' ]]; then
		.build/release/offbook-simulate --seeds '$(DEEP)' --events '$(DEEP_EVENTS)' --jobs '$(JOBS)'
	fi

# A release build, unless BINARY names one. About three quarters of an hour, most of it the long load.
daemon: $(if $(BINARY),,setup) ## Real daemons and servers: how soon, how much, what faults do (SCENES='latency cut' MINUTES=30)
	@binary='$(BINARY)'
	if [[ -z $$binary ]]; then
		[[ -x .build/release/offbook ]] || echo "The first release build takes several minutes."
		swift build -c release --product offbook
		binary=.build/release/offbook
	fi
	# One that is interrupted ends by itself, and must not be followed by the next.
	trap 'exit 130' INT TERM
	failed=()
	for scene in $(SCENES); do
		options=()
		[[ $$scene != load ]] || options=(--minutes '$(MINUTES)')
		python3 "Tests/Scenes/$$scene.py" --offbook "$$binary" "$${options[@]}" || failed+=("$$scene")
	done
	if (($${#failed[@]})); then
		echo "Not all bars held: $${failed[*]}" >&2
		exit 1
	fi

gateway: setup ## Play the gateway beside its provider: what it adds, its log, slow readers, killed runners (BESIDE=URL)
	@for product in offbook offbook-bench; do swift build -c release --static-swift-stdlib --product $$product; done
	python3 Tests/Scenes/gateway.py --offbook .build/release/offbook $(if $(BESIDE),--beside '$(BESIDE)')
	python3 Tests/Scenes/logged.py --offbook .build/release/offbook
	for scene in readers killed; do
		python3 "Tests/Scenes/$$scene.py" --offbook .build/release/offbook --bench .build/release/offbook-bench
	done

# What was built of a commit is kept in .build.
previous: $(if $(BINARY),,setup) ## Play an older commit beside this one: daemons, commands, servers, files (BASE=COMMIT)
	@commit=$$(git rev-parse --verify --quiet '$(BASE)^{commit}') || {
		echo "Name the older one: make previous BASE=COMMIT" >&2
		exit 2
	}
	binary='$(BINARY)'
	if [[ -z $$binary ]]; then
		swift build -c release --product offbook
		binary=.build/release/offbook
	fi
	previous=.build/previous/$$commit/$(CONFIGURATION)/offbook
	if [[ ! -x $$previous ]]; then
		tree=$$(mktemp -d)
		trap 'git worktree remove --force "$$tree/offbook"; rm -rf "$$tree"' EXIT
		git worktree add --quiet --detach "$$tree/offbook" "$$commit"
		echo "Building it takes several minutes."
		swift build -c $(CONFIGURATION) --package-path "$$tree/offbook" --product offbook
		install -D -m 755 "$$tree/offbook/.build/$(CONFIGURATION)/offbook" "$$previous"
	fi
	python3 Tests/Scenes/previous.py --offbook "$$binary" --previous "$$previous"

planted: setup ## Plant mistakes into the product, and show that the simulator finds each
	@Tests/Simulation/planted.sh

# A build of its own, with libFuzzer's instrumentation. An input is a find if it traps, comes to a wrong
# result, takes a second of the processor or a GiB. It lies in .build/fuzz/finds then.
fuzz: setup ## Let libFuzzer try a reader of outside bytes (TARGET=decoder|file|server|imports|templates RUNS=1000000)
	@resources=$$(swiftc -print-target-info | python3 -c 'import json, sys; print(json.load(sys.stdin)["paths"]["runtimeResourcePath"])')
	export OFFBOOK_FUZZER=$$resources/clang/lib/linux/libclang_rt.fuzzer_no_main-$$(uname -m).a
	export OFFBOOK_FUZZ_TARGET='$(TARGET)'
	if [[ ! -e $$OFFBOOK_FUZZER ]]; then
		echo "This Swift came without libFuzzer: there is no $$OFFBOOK_FUZZER" >&2
		exit 1
	fi
	swift build -c release --scratch-path .build/fuzz --product offbook-fuzz
	corpus=.build/fuzz/corpus/$(TARGET)
	mkdir -p .build/fuzz/finds
	.build/fuzz/release/offbook-fuzz seeds sync-protocol/vectors "$$corpus"
	.build/fuzz/release/offbook-fuzz "$$corpus" -runs='$(RUNS)' -timeout=60 -rss_limit_mb=1024 -max_len=65536 \
		-artifact_prefix=".build/fuzz/finds/$(TARGET)-" -print_final_stats=1 $(FUZZ)

lint: ## Check the format of the sources, and that none names a path of somebody's machine
	@swift format lint --strict --parallel -r $(swift_files)
	places='(^|[^])}A-Za-z0-9_.~/-])/(home|root|tmp|work|workspace|workspaces|Users|var/folders)/[A-Za-z0-9_.]'
	if grep -rnIE "$$places" $(swift_files) sync-protocol Makefile .ci *.md; then
		echo "The lines above name a path of one machine." >&2
		exit 1
	fi

format: ## Format the sources
	@swift format --in-place --parallel -r $(swift_files)

bench: setup ## Build for release, and print what Offbook costs beside its peers (ARGS='--rows 2000')
	@[[ -x .build/release/offbook-bench ]] || echo "The first release build takes several minutes."
	swift build -c release --static-swift-stdlib --product offbook
	swift build -c release --static-swift-stdlib --product offbook-bench
	.build/release/offbook-bench $(ARGS)

# What was built of a commit is kept in .build, and a build that was interrupted goes on. The old one measures the old
# Offbook by its own lights: what both have under one name is compared.
bench-compare: setup ## Measure an older commit and this one in turn, and print the ratios (BASE=COMMIT ARGS='--only insert')
	@commit=$$(git rev-parse --verify --quiet '$(BASE)^{commit}') || {
		echo "Name the older one: make bench-compare BASE=COMMIT" >&2
		exit 2
	}
	base=.build/previous/$$commit/bench
	if [[ ! -x $$base/offbook-bench ]]; then
		tree=.build/previous/$$commit/tree
		[[ -e $$tree ]] || git worktree add --quiet --force --detach "$$tree" "$$commit"
		echo "Building $(BASE) takes several minutes."
		for product in offbook offbook-bench; do
			swift build -c release --static-swift-stdlib --package-path "$$tree" --product $$product
			install -D -m 755 "$$tree/.build/release/$$product" "$$base/$$product"
		done
		git worktree remove --force "$$tree"
	fi
	for product in offbook offbook-bench; do swift build -c release --static-swift-stdlib --product $$product; done
	.build/release/offbook-bench --against "$$base" $(ARGS)

install: $(if $(BINARY),,setup) ## Build for release, and install it with shell completions (PREFIX, DESTDIR)
	@binary='$(BINARY)'
	if [[ -z $$binary ]]; then
		[[ -x .build/release/offbook ]] || echo "The first release build takes several minutes."
		swift build -c release --static-swift-stdlib --product offbook
		binary=.build/release/offbook
	fi
	install -D -m 755 "$$binary" '$(bin)/offbook'
	scripts=$$(mktemp -d)
	trap 'rm -r "$$scripts"' EXIT
	for shell in bash zsh fish; do "$$binary" completions $$shell > "$$scripts/$$shell"; done
	install -D -m 644 "$$scripts/bash" '$(share)/bash-completion/completions/offbook'
	install -D -m 644 "$$scripts/zsh" '$(share)/zsh/site-functions/_offbook'
	install -D -m 644 "$$scripts/fish" '$(share)/fish/vendor_completions.d/offbook.fish'
	echo "Installed $(PREFIX)/bin/offbook, and completions for bash, zsh and fish below $(PREFIX)/share."

uninstall: ## Remove what install has put there; libraries stay
	@rm -f '$(bin)/offbook' '$(share)/bash-completion/completions/offbook' \
		'$(share)/zsh/site-functions/_offbook' '$(share)/fish/vendor_completions.d/offbook.fish'

protocol: ## Generate the code of the protocol's messages anew
	@if ! command -v protoc >/dev/null; then
		echo "protoc is missing. On Debian and Ubuntu: apt-get install protobuf-compiler" >&2
		exit 1
	fi
	if ! command -v protoc-gen-swift >/dev/null; then
		echo "protoc-gen-swift is missing. In a clone of https://github.com/apple/swift-protobuf run" >&2
		echo "swift build -c release --product protoc-gen-swift, and put what it builds on the PATH." >&2
		exit 1
	fi
	protoc --proto_path=sync-protocol --swift_opt=Visibility=Package \
		--swift_out=sync-protocol/generated sync-protocol/offbook.proto
	# Code that a newer protoc generates for Python asks for as new a runtime, which Debian 12 has not.
	if (($$(protoc --version | sed -E 's/.* ([0-9]+\.)?([0-9]+)\.[0-9]+$$/\2/') > 25)); then
		echo "The code for Python stays as it is: it takes a protoc of 3.20 to 25." >&2
	else
		protoc --proto_path=sync-protocol --python_out=Tests/Python/offbook_reader sync-protocol/offbook.proto
	fi

clean: ## Remove all that was built; the next build begins from nothing
	@rm -rf .build
