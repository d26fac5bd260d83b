"""The HTTP side of the simulated Jenkins: filters in Jenkins' order, routing, endpoints."""
