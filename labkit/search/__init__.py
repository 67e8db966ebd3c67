"""Vectors or words to hits: exact and approximate indexes, fusion, re-ranking."""
