"""What `api/json` and `api/python` write: objects pruned by `tree` or `depth` as in stapler."""
