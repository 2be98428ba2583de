"""What learns: the article's network, the same by hand, and the recogniser that ships."""
