"""Hits to numbers: metrics, comparisons with confidence intervals, latency, bytes."""
