"""The article's six steps, and the seventh that it never took, told in the terminal."""
