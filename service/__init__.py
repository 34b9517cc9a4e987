"""From a question to quoted answers."""
