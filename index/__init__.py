"""From a page to ranked passages."""
