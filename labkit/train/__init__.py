"""Making the weights that come with the course: one file for each of them."""
