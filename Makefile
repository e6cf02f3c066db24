# What one types. Each target is a script of deploy/scripts, where its variables are explained.
scripts := deploy/scripts

.DEFAULT_GOAL := help
.PHONY: help install build up down demo test lint bench clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-8s %s\n", $$1, $$2 }'

install: ## install the Debian packages that are missing
	@$(scripts)/install-dependencies

build: install ## build everything (CONFIGURATION=debug or release)
	@$(scripts)/build

up: build ## start broker, database and services in the background, or what is missing of them
	@$(scripts)/up

down: ## stop what `make up` or `make demo` has started
	@$(scripts)/down

demo: build ## start the system, send it orders and watch them being carried out
	@$(scripts)/demo

test: install ## every check and every test
	@$(scripts)/test $(FILTER)

lint: install ## format, rules and contracts
	@$(scripts)/lint

bench: install ## measure a release build; writes bench/results.json
	@$(scripts)/bench

clean: ## remove what was built, and the data of systems that ran here
	@for folder in .run/test .run/bench .run; do SHEAF_RUN_FOLDER=$$folder $(scripts)/fresh; done
	@rm -rf .build
