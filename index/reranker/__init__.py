"""Rerankers: models that read a question and a passage together, the evidence reader first."""
