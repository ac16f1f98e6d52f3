"""`python -m actionplan`."""

from actionplan.cli.app import main

main()
