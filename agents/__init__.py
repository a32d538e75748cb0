"""Who acts: the agent kinds, their columns and their decisions."""
