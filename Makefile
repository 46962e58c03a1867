# Two commands are enough: `make run` starts the application, `make test` proves it.
.PHONY: run test demo check bench clean

PYTHON = .venv/bin/python

run:        ## environment, demonstration bank and the application on http://localhost:8501
	@sh tools/environment.sh run
	@sh tools/start.sh

test:       ## everything: both databases and the browser included
	@sh tools/environment.sh dev
	@sh tools/system.sh
	$(PYTHON) -m pytest -n 2 --dist loadfile $(ARGS)

demo:       ## build the demonstration bank anew, e.g. make demo ARGS="--customers 200000"
	@sh tools/environment.sh run
	@sh tools/demo.sh $(ARGS)

check:      ## format, lint, types
	@sh tools/environment.sh dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy

bench:      ## figures of speed and size
	@sh tools/environment.sh dev
	$(PYTHON) -m tests.bench $(ARGS)

clean:      ## remove the environment; banks under data/ stay
	rm -rf .venv
