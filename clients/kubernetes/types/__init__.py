"""What the API server serves: discovery, the names people use for it, its documentation."""
