"""Many runs: replications with common random numbers and what they say together."""
