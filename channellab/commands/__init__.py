"""The verbs of the command line, a file each; what is heavy is imported inside them."""
