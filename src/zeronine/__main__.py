"""`python -m zeronine` is `zeronine`."""

from zeronine.cli import main

main()
