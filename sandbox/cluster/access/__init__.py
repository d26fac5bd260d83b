"""Who asks, and what they may do: bearer tokens, RBAC and the self-subject reviews."""
