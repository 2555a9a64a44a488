# Every verb of the project. `make` alone lists them; each does its own set-up.
# Node 24 comes from npm (package.json, optionalDependencies), so any Node >= 20 will do to start with.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup check format test build resize ok clean
.PHONY: synth validate lint-chain smoke-arm64 cost bootstrap diff deploy hotswap page-test monitoring-docs destroy

ARCH ?= x64
READY := node_modules/.package-lock.json

help: ## list the verbs
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

$(READY): package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'npm is missing: install Node 20 or newer, which brings it'; exit 1; }
	npm ci --strict-allow-scripts --no-progress --loglevel=error
	@touch $@

setup: $(READY) ## install what the lockfile names, Node 24 included

# --- quality

check: $(READY) ## types, formatting and lint
	tsc -p .
	biome check .

format: $(READY) ## put every file into the one format
	biome check --write .

test: $(READY) synth ## every test that needs nothing but this machine
	vitest run

ok: check test ## all that a change must pass

.PHONY: fidelity
fidelity: $(READY) ## write the tables of docs/fidelity.md from the names of the tests
	node test/chain/fidelity/main.ts

.PHONY: s3-servers
s3-servers: $(READY) ## the tests of S3 on other servers too, for a second opinion: SERVER=versitygw (needs Go) or moto (needs Python)
	set -e; for server in $(or $(SERVER),versitygw moto); do node test/s3-servers/run.ts $$server $(TESTS); done

# --- the service

build: $(READY) ## write dist/resize, the Lambda's code (ARCH=arm64 for the other processor)
	node infra/lambda/build.ts --arch $(ARCH)

# By the environment and unexpanded, since a file's name may have quotes and dollars.
resize: export RESIZE_IMAGE := $(value IMAGE)
resize: export RESIZE_OUT := $(value OUT)
resize: $(READY) build ## one image through the built service: IMAGE=photo.jpg PRESET=400x400 [OUT=file]
	@node local/dev/resize.ts "$(PRESET)"

# --- the chain on this machine

.PHONY: dev
dev: $(READY) ## the whole chain, from the template that gets deployed: IMAGES=dir PORT=8080 STATE=dir ENV=staging TEMPLATE=file S3_ENDPOINT=url OPTIONS="--help"
	@$(if $(or $(TEMPLATE),$(findstring --help,$(OPTIONS))),,$(MAKE) --no-print-directory synth)
	@$(if $(or $(IMAGES),$(findstring --help,$(OPTIONS))),,$(MAKE) --no-print-directory images)
	@exec node local/dev/main.ts --images "$(or $(IMAGES),.cache/images)" --port "$(PORT)" --state "$(STATE)" --env "$(ENV)" \
	  --template "$(TEMPLATE)" --s3-endpoint "$(S3_ENDPOINT)" --code "$(CODE)" $(OPTIONS)

.PHONY: console-images
console-images: $(READY) build images ## take the README's images of the console anew (needs Debian's chromium and fonts-dejavu)
	@node test/browser/take-screenshots.ts

# --- the chain on AWS (docs/operating.md)

synth: $(READY) ## write the templates of staging and prod to cdk.out/
	node infra/build-lambdas.ts
	rm -rf cdk.out
	CDK_VALIDATION=false cdk synth --quiet

validate: synth ## audit the templates: AWS's own schema rules and cdk-nag, warnings fail; and no two synths differ
	rm -rf .cache/validated .cache/synth-again
	cdk synth --quiet --strict --output .cache/validated -c audit=true -c @aws-cdk/core:validateAgainstDefaultRules=true
	CDK_VALIDATION=false cdk synth --quiet --output .cache/synth-again
	diff -r cdk.out .cache/synth-again && echo 'Two synths are identical.'

lint-chain: $(READY) ## look for redirect loops and dead ends in TEMPLATE=file.json (default: our own, after make synth)
	@node infra/lint/cli.ts $(or $(TEMPLATE),$(wildcard cdk.out/*.template.json))

smoke-arm64: $(READY) ## the Lambda built for arm64 resizes an image on an emulated processor (needs Debian's qemu-user)
	node infra/lambda/build.ts --arch arm64 --out dist/resize-arm64
	node test/infra/arm64/smoke.ts

cost: $(READY) ## what a month costs at 10 k, 1 M and 100 M views, with the arithmetic (COST="--cold-share 0.05")
	@node infra/print-cost.ts $(COST)

bootstrap: $(READY) ## prepare your AWS account for CDK, once
	cdk bootstrap "aws://$$(aws sts get-caller-identity --query Account --output text)/us-east-1"

diff: synth ## what a deploy would change, ENV=staging; stops on destruction (TEMPLATE=old.json compares without AWS)
	@node infra/commands/diff.ts --env "$(ENV)" --template "$(TEMPLATE)" --accept "$(ACCEPT)"

deploy: synth ## build, diff, deploy, write the target file, smoke: ENV=staging
	@node infra/commands/deploy.ts --env "$(ENV)" --accept "$(ACCEPT)"
	@$(MAKE) --no-print-directory smoke TARGET="$(ENV)"

hotswap: synth ## put new code into the Lambda in seconds, never in prod: ENV=staging
	@node infra/commands/hotswap.ts --env "$(ENV)"

monitoring-docs: $(READY) ## write the tables of docs/metrics.md and docs/alarms.md from dashboards/
	@node infra/commands/monitoring-docs.ts

page-test: $(READY) ## prove that a page arrives, from the alarm to whoever is on call: ENV=staging
	@node infra/commands/page-test.ts --env "$(ENV)"

destroy: synth ## take an environment away, originals excepted: ENV=staging
	@node infra/commands/destroy.ts --env "$(ENV)" --confirm "$(CONFIRM)"

# --- looking at a running chain

.PHONY: smoke e2e
smoke: $(READY) ## walk a running chain hop by hop: TARGET=local|staging|prod|FILE [KEY=an original, without credentials]
	@node test/chain/smoke.ts --target "$(TARGET)" $(if $(KEY),--key "$(KEY)")

e2e: $(READY) ## the table of answers, entry point by entry point: TARGET=… for a running chain, else one is started
	@$(if $(TARGET),,$(MAKE) --no-print-directory synth)
	E2E_TARGET="$(TARGET)" vitest run test/chain/e2e.test.ts

.PHONY: rehearse
rehearse: $(READY) ## break the local chain in thirteen ways, and see which alarms turn red: INCIDENT=name leaves one standing, QUICK=1 WRITE=1 REHEARSE="--help"
	@$(if $(findstring --help,$(REHEARSE)),,$(MAKE) --no-print-directory synth)
	@exec node local/rehearse/main.ts --stand "$(INCIDENT)" $(if $(QUICK),--quick) $(if $(WRITE),--write) $(REHEARSE)

# --- measuring

.PHONY: photos images bench bench-compare bench-stability bench-sweep bench-docs bench-handler tune
photos: $(READY) ## real photographs of 0.3 to 50 MP for the bench, made once in .cache/photos
	node bench/photos.ts

images: $(READY) ## ten originals for the local chain, made once in .cache/images
	@node bench/images.ts

bench: $(READY) $(if $(findstring --help,$(BENCH)),,photos) ## which memory size the Lambda should have: QUICK=1 VERIFY=1 APPLY=1 BENCH="--photos dir --help"; REPORT=1 judges nothing
	@node bench/memory/main.ts $(if $(QUICK),--quick) $(if $(VERIFY),--verify) $(if $(APPLY),--apply) $(if $(REPORT),--report) $(BENCH)

bench-compare: $(READY) photos ## is the working tree slower than BASE=git-ref: QUICK=1 REPORT=1 COMPARE="--only avif"
	@node bench/compare/main.ts --base "$(BASE)" $(if $(QUICK),--quick) $(if $(REPORT),--report) $(COMPARE)

bench-stability: $(READY) photos ## is the pick of make bench QUICK=1 the same every time, also beside a busy process: STABILITY="--runs 10 --busy 5"
	@node bench/stability/main.ts $(STABILITY)

bench-sweep: $(READY) photos ## were the settings in src/ right: time, bytes and likeness of their neighbours: QUICK=1 SWEEP="--only AVIF"
	@node bench/sweep/main.ts $(if $(QUICK),--quick) $(SWEEP)

bench-docs: $(READY) ## write the latest kept result into docs/bench.md, and draw its image
	@node bench/memory/write-docs.ts

tune: $(READY) photos ## make bench's question, asked of the deployed Lambda: TARGET=staging TUNE="--sizes 512,1024"
	@node bench/tune/main.ts --target "$(TARGET)" $(TUNE)

bench-handler: $(READY) build photos ## the service's own cost beside sharp's and S3's: QUICK=1 for less, ONLY=abg for some of the goals, REPORT=1 judges bytes only
	@node bench/handler/main.ts $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(REPORT),--report)

# --- load (loadtest/README.md)

.PHONY: k6 load load-smoke load-faults load-sweep
k6: $(READY) ## find k6, or build it once with Go
	@node loadtest/main.ts --k6

load: $(READY) ## the release gate under load: [TARGET=local|staging|prod|FILE SCENARIO=herd WORKLOAD=spike CORPUS=dir SEED=n KEEP=1]
	@$(if $(TARGET),,$(MAKE) --no-print-directory synth)
	@$(if $(CORPUS),,$(MAKE) --no-print-directory images)
	@node loadtest/main.ts --target "$(TARGET)" --scenario "$(SCENARIO)" --workload "$(WORKLOAD)" --corpus "$(CORPUS)" \
	  --seed "$(SEED)" $(if $(KEEP),--keep)

load-smoke: ## the same in half a minute, to see that everything works
	@$(MAKE) --no-print-directory load WORKLOAD=smoke

load-faults: $(READY) ## break the chain in fourteen ways, and see the load test name each
	vitest run --config test/load/vitest.config.ts

load-sweep: $(READY) ## remove what a load test has left: TARGET=staging RUN=id|all
	@node loadtest/main.ts --target "$(TARGET)" --sweep "$(or $(RUN),all)"

clean: ## remove what the verbs made, but not node_modules
	rm -rf dist cdk.out .cache
