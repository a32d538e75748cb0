"""Exact results that a market must reproduce."""
