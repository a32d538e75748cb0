"""Pages about studies, a module for each kind: what its files hold, told in words, charts and tables."""
