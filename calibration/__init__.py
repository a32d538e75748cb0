"""What the model is held against."""
