"""Changes to any object: apply, edit, delete."""
