"""A picture in, a reading out: load, find, split, normalise, classify."""
