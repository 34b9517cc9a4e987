"""The store for archives that outgrow one machine: Milvus holds all its state."""
