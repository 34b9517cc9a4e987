"""The store for archives that outgrow one machine: Milvus keeps all, its clients nothing."""
