"""Published effects, measured in the model: each an experiment with an interval beside the published figure."""
