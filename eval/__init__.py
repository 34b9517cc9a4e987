"""Measuring both, and fitting what is fitted."""
