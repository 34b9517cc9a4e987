"""Ask a news archive questions in plain words; get verbatim, dated quotes."""
