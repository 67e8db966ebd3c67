"""What is searched: collections of texts and the schematic library."""
