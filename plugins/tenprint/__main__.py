"""`python -m tenprint` runs the program."""

from tenprint.plugins.cli.main import main

main()
