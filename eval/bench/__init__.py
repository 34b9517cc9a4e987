"""How an archive behaves as it grows, measured on articles that nobody wrote."""
