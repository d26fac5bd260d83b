"""Container logs: which containers are meant, their lines, why there are none."""
