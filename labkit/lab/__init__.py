"""Numbers to lessons: figures, widgets, claim cards."""
