"""Policies: frozen settings with pure vectorised arithmetic."""
