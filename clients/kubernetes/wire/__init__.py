"""One request to the API server: the kept connection, its doors, errors as sentences."""
