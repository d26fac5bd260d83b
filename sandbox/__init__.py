"""A simulated cluster to try every tool on, and to test against: no cluster needed."""
