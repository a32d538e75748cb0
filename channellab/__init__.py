"""channellab: an agent-based market simulator and strategy lab for sales channels."""

__version__ = "0.1.0"
