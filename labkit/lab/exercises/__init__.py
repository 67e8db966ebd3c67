"""Exercises, interview questions and the reader's progress. Nothing here leaves the machine."""
