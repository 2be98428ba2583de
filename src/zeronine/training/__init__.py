"""How it learns: recipes, one loop, and a log of the run."""
