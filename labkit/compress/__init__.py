"""Vectors to smaller vectors."""
