"""How well pages are read: bodies, dates and round trips, compared with libraries alone."""
