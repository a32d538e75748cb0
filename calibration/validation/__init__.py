"""Gates: what a market must reproduce before anybody trusts it, each with its verdict."""
