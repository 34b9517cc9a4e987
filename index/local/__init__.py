"""The default store: SQLite, FAISS and tantivy in one folder."""
