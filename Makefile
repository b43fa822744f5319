# Jiexu 街序. `make` says what there is.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8080

.PHONY: help demo demo-reset build frontend fonts test test-go bench docs fmt clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## build, make the demonstration and serve it on http://localhost:8080 (PORT=… for another port)
	@bin/jiexu demo --listen 127.0.0.1:$(PORT)

demo-reset: ## forget what was done in the demonstration
	rm -rf .demo

build: frontend fonts ## build bin/jiexu with the console and the fonts in it
	@scripts/build.sh

frontend:
	@scripts/bootstrap.sh demo
	@scripts/frontend.sh

fonts: frontend
	@scripts/fonts.sh

test: ## run all tests; installs what is missing where run as root
	@scripts/test.sh

test-go: fonts ## run the Go tests alone, with a PostgreSQL; ARGS='./law/... -run Due' chooses
	@scripts/quick.sh go test $(or $(ARGS),./...)

bench: build ## measure against the bare engine: JSON and a table
	@bin/jiexu bench

docs: ## make the generated files anew: areas, diagrams, tables
	go generate ./...

fmt: ## format Go
	gofmt -w $$(git ls-files '*.go')

clean: ## remove what was built, not the demonstration's data
	rm -rf bin .tools web/node_modules tools/fonts/node_modules web/test-results data/fonts/*.ttf
	find web/dist -mindepth 1 ! -name .keep -delete
