"""Single pods: choosing, starting, running commands in them, reaching their ports."""
