"""The inner loops, compiled by numba, each beside the plain NumPy version that defines it."""
