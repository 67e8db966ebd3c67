"""Interview questions with model answers and rubrics, one module per notebook."""
