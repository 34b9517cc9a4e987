"""The store for archives that outgrow one machine: Milvus holds everything, processes hold nothing."""
