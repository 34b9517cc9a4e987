"""How well pages are read: bodies, dates and round trips, beside what the libraries reach alone."""
