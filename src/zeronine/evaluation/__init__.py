"""How good it is: figures with their count and interval, and reports to look at."""
