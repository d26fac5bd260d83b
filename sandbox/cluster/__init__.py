"""A simulated Kubernetes API server 1.36 with an in-memory store, served over real HTTP."""
