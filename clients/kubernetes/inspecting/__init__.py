"""What there is to know about objects: relations, owners, events, usage, permissions."""
