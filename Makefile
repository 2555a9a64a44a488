# Every command of the project. `make` lists the common ones, `make help-all` all of them; each does its own set-up.
# Node 24 comes from npm (package.json, optionalDependencies), so any Node >= 20 will do to start with.
# A help line names the variables that its command takes as NAME=…; any other variable is refused.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

READY := node_modules/.package-lock.json
GIVEN := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v))

ifeq ($(MAKELEVEL),0)
FAULT := $(shell command -v node >/dev/null && node infra/commands/check-make.mjs Makefile "$(MAKECMDGOALS)" "$(GIVEN)")
ifneq ($(FAULT),)
$(error $(FAULT))
endif
endif

$(READY): package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'npm is missing: install Node 20 or newer, which brings it'; exit 1; }
	npm ci --no-progress --loglevel=error
	@touch $@

.PHONY: $(shell sed -n 's/^\([a-z0-9-]*\):.*\#\#.*/\1/p' Makefile)

### Try it

dev: $(READY) dev-options $(if $(TEMPLATE)$(findstring --help,$(OPTIONS)),,synth) $(if $(IMAGES)$(findstring --help,$(OPTIONS)),,images) ## run the whole chain on this machine: IMAGES=dir PORT=8080 STATE=dir ENV=staging API_ON=own-host TEMPLATE=file S3_ENDPOINT=url CODE=dir OPTIONS="--help"
	@exec node local/dev/main.ts --images "$(or $(IMAGES),.cache/images)" --port "$(PORT)" --state "$(STATE)" --env "$(ENV)" --api-on "$(API_ON)" \
	  --template "$(TEMPLATE)" --s3-endpoint "$(S3_ENDPOINT)" --code "$(CODE)" $(OPTIONS)

# Before anything is built for them.
.PHONY: dev-options
dev-options: $(READY)
	@node local/dev/options.ts --images "$(IMAGES)" --port "$(PORT)" --state "$(STATE)" --env "$(ENV)" --api-on "$(API_ON)" \
	  --template "$(TEMPLATE)" --s3-endpoint "$(S3_ENDPOINT)" --code "$(CODE)" $(OPTIONS)

resize: $(READY) ## resize one file with the built service: IMAGE=photo.jpg PRESET=400x400 OUT=file VERBOSE=1
	@$(RESIZE) --check
	@$(MAKE) --no-print-directory build >/dev/null
	@$(RESIZE)

RESIZE = IMAGE='$(subst ','\'',$(value IMAGE))' OUT='$(subst ','\'',$(value OUT))' PRESET='$(PRESET)' VERBOSE='$(VERBOSE)' \
  node local/dev/resize.ts

cost: $(READY) ## print what a month costs at 10 k, 1 M and 100 M views: COST="--cold-share 0.05"
	@node infra/print-cost.ts $(COST)

### Develop

test: $(READY) ## run the fast tests, in under three minutes: TESTS=path
	vitest run --project fast $(TESTS)

test-slow: $(READY) ## run the slow tests: TESTS=path
	vitest run --project slow $(TESTS)

ok: check test test-slow ## run everything that a change must pass

format: $(READY) ## format every file
	biome check --write .

bench: $(READY) ## find the memory size that the Lambda should have: QUICK=1 APPLY=1 REPORT=1 BENCH="--photos DIR"
	@node bench/memory/main.ts $(if $(QUICK),--quick) $(if $(APPLY),--apply) $(if $(REPORT),--report) $(BENCH)

### Release

load: $(READY) ## run the load test that gates a release: TARGET=local|staging|prod|FILE SCENARIO=herd WORKLOAD=spike CORPUS=dir SEED=n KEEP=1 SEED_ONLY=1 API_ON=own-host
	@$(LOAD) --check
	@$(if $(TARGET),,$(MAKE) --no-print-directory synth)
	@$(if $(CORPUS),,$(MAKE) --no-print-directory images)
	@$(LOAD)

LOAD = node loadtest/main.ts --target "$(TARGET)" --scenario "$(SCENARIO)" --workload "$(WORKLOAD)" --corpus "$(CORPUS)" \
  --seed "$(SEED)" --api-on "$(API_ON)" $(if $(KEEP),--keep) $(if $(SEED_ONLY),--seed-only)

diff: $(READY) ## show what a deploy would change: ENV=staging TEMPLATE=old.json ACCEPT=destructive
	@node infra/commands/diff.ts --env "$(ENV)" --template "$(TEMPLATE)" --accept "$(ACCEPT)"

deploy: $(READY) ## build, diff, deploy, write the target file, smoke: ENV=staging ACCEPT=destructive
	@node infra/commands/deploy.ts --env "$(ENV)" --accept "$(ACCEPT)"
	@$(MAKE) --no-print-directory smoke TARGET="$(ENV)"

smoke: $(READY) ## check a running chain hop by hop: TARGET=local|staging|prod|FILE KEY=an original, without credentials
	@node test/chain/smoke.ts --target "$(TARGET)" $(if $(KEY),--key "$(KEY)")

destroy: $(READY) ## remove an environment, but not its originals: ENV=staging CONFIRM=stack
	@node infra/commands/destroy.ts --env "$(ENV)" --confirm "$(CONFIRM)"

### On call

rehearse: $(READY) ## play incidents on the local chain and see which alarms turn red: INCIDENT=name keeps one active, QUICK=1 WRITE=1 REHEARSE="--help"
	@$(REHEARSAL) --check
	@$(if $(findstring --help,$(REHEARSE)),,$(MAKE) --no-print-directory synth && $(MAKE) --no-print-directory synth API_ON=own-host)
	@exec $(REHEARSAL)

REHEARSAL = node local/rehearse/main.ts --incident "$(INCIDENT)" $(if $(QUICK),--quick) $(if $(WRITE),--write) $(REHEARSE)

purge: $(READY) ## delete derivatives and remove them from CloudFront: TARGET=local|staging|prod|FILE KEY=profile/ann.jpg VERSION=1.4.0 FROM=time TO=time YES=1 PURGE="--help"
	@KEY='$(subst ','\'',$(value KEY))' node infra/commands/purge.ts --target "$(TARGET)" --version "$(VERSION)" --from "$(FROM)" --to "$(TO)" --yes "$(YES)" $(PURGE)

page-test: $(READY) ## prove that a page reaches the person on call: ENV=staging
	@node infra/commands/page-test.ts --env "$(ENV)"

# The commands from here on are listed by `make help-all` only.

help: ##@ list the common commands
	@awk '/^### /{printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## /{split($$0, part, /:.*## /); printf "  make %-15s %s\n", part[1], part[2]}' Makefile
	@printf '\nAll commands: make help-all\n'

help-all: ##@ list all commands
	@awk '/^### /{printf "\n%s\n", substr($$0, 5)} /^# The commands from here/{printf "\nMore\n"} /^[a-z0-9-]+:.*##@? /{split($$0, part, /:.*##@? /); printf "  make %-15s %s\n", part[1], part[2]}' Makefile

setup: $(READY) ##@ install what the lockfile names, Node 24 included

check: $(READY) ##@ check types, formatting and lint
	tsc -p .
	tsc -p local/console/page
	biome check .

build: $(READY) ##@ write the Lambda's code to dist/resize, and dist/url.js for the front end: ARCH=arm64
	node infra/lambda/build.ts --arch $(or $(ARCH),x64)
	@$(MAKE) --no-print-directory build-url

build-url: $(READY) ##@ write the front end's file, url.js and url.d.ts, to dist/: OUT=dir
	@tsc src/url.ts --ignoreConfig --declaration --strict --target es2022 --module esnext --outDir $(or $(OUT),dist)

images: $(READY) ##@ make ten originals for the local chain in .cache/images
	@node bench/photos/make-images.ts

scale: $(READY) ##@ simulate 10^2 to 10^6 views a second, name the limit that is reached first, and write docs/scale.md: SCALE="--help"
	@node infra/scale/main.ts $(SCALE)

docs: $(READY) ##@ write the generated parts of the docs
	@node infra/commands/docs.ts
	@node bench/memory/docs.ts
	@node bench/handler/docs.ts
	@node test/fidelity/write-docs.ts
	@node infra/scale/main.ts

console-images: $(READY) build images ##@ take the README's screenshots of the console (needs Debian's chromium and fonts-dejavu)
	@node test/browser/take-screenshots.ts

s3-servers: $(READY) ##@ run the S3 tests on other servers as well: SERVER=versitygw (needs Go) or moto (needs Python) TESTS=paths
	@set -e; for server in $(or $(SERVER),versitygw moto); do node test/s3-servers/run.ts $$server $(TESTS); done

synth: $(READY) ##@ write the templates of all environments to cdk.out/, or for the other mode: API_ON=own-host
	@node infra/commands/synth.ts --api-on "$(API_ON)"

validate: synth ##@ check the templates: AWS's schema rules, cdk-nag without warnings, and that two synths are equal
	rm -rf .cache/validated .cache/synth-again
	cdk synth --quiet --strict --output .cache/validated -c audit=true -c @aws-cdk/core:validateAgainstDefaultRules=true
	CDK_VALIDATION=false cdk synth --quiet --output .cache/synth-again
	diff -r cdk.out/ .cache/synth-again && echo 'Two synths are identical.'

# W3005: CDK writes a DependsOn of its own beside references that imply it.
cfn-lint: synth ##@ check the templates with all rules of AWS's cfn-lint (needs Python)
	@[ -x .cache/cfn-lint/bin/cfn-lint ] || { python3 -m venv .cache/cfn-lint && .cache/cfn-lint/bin/pip install --quiet cfn-lint==1.58.0; }
	.cache/cfn-lint/bin/cfn-lint --include-checks I --ignore-checks W3005 --regions us-east-1 -- cdk.out/*.template.json && echo 'cfn-lint has no finding.'

lint-workflows: ##@ check the GitHub workflows with actionlint (needs Go)
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.7 && echo 'actionlint has no finding.'

lint-chain: $(READY) $(if $(TEMPLATE),,synth) ##@ look for redirect loops and dead ends in a template: TEMPLATE=file.json
	@node infra/lint/cli.ts $(or $(TEMPLATE),$(wildcard cdk.out/*.template.json))

smoke-arm64: $(READY) ##@ resize an image with the arm64 build on an emulated processor (needs Debian's qemu-user)
	node infra/lambda/build.ts --arch arm64 --out dist/resize-arm64
	node test/infra/arm64/smoke.ts

bootstrap: $(READY) ##@ prepare your AWS account for CDK, once
	@node infra/commands/bootstrap.ts

edge-addresses: $(READY) ##@ write the addresses of CloudFront to infra/edge-addresses.json, for blockPublicAccess
	@node infra/commands/edge-addresses.ts

hotswap: $(READY) ##@ put new code into the Lambda in seconds, never in prod: ENV=staging
	@node infra/commands/hotswap.ts --env "$(ENV)"

e2e: $(READY) ##@ check the table of answers at both entry points of a running chain, or of a new local one: TARGET=local|staging|prod|FILE
	@$(if $(TARGET),node test/chain/check-target.ts "$(TARGET)")
	@E2E_TARGET="$(TARGET)" vitest run --project slow test/chain/e2e.test.ts

photos: $(READY) ##@ make the photographs of the bench in .cache/photos: mosaics of one NASA texture, 0.3 to 50 MP
	node bench/photos/make-photos.ts

bench-compare: $(READY) ##@ is the working tree slower than another commit: BASE=git-ref QUICK=1 REPORT=1 COMPARE="--only avif"
	@node bench/compare/main.ts --base "$(BASE)" $(if $(QUICK),--quick) $(if $(REPORT),--report) $(COMPARE)

bench-sweep: $(READY) ##@ compare the codec settings with their neighbours and with sharp's defaults in time, bytes and SSIM: QUICK=1 SWEEP="--only AVIF"
	@node bench/sweep/main.ts $(if $(QUICK),--quick) $(SWEEP)

bench-handler: $(READY) ##@ compare the service with bare sharp behind HTTP and with S3 calls by hand: QUICK=1 ONLY=J1,J8 REPORT=1
	@node bench/handler/main.ts $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) $(if $(REPORT),--report)

tune: $(READY) ##@ measure memory sizes on the deployed Lambda: TARGET=staging|prod|FILE TUNE="--sizes 512,1024"
	@node bench/tune/main.ts --target "$(TARGET)" $(TUNE)

k6: $(READY) ##@ find k6, or build it once with Go
	@node loadtest/main.ts --k6

load-smoke: $(READY) ##@ run the load test in half a minute: API_ON=own-host
	@$(MAKE) --no-print-directory load WORKLOAD=smoke

load-faults: $(READY) ##@ break the chain in sixteen ways and check that the load test names each
	vitest run --config test/load/vitest.config.ts

load-sweep: $(READY) ##@ remove what a load test has left: TARGET=staging RUN=id|all
	@node loadtest/main.ts --target "$(TARGET)" --sweep "$(or $(RUN),all)"

clean: ##@ remove what the commands made, but not node_modules
	rm -rf dist cdk.out cdk.out.* .cache
