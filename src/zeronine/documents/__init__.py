"""Documents: tables and forms in, checked data out; a page is read once, and its marks put into places."""
