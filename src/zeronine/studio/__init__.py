"""The web page: draw, see why, train, read."""
