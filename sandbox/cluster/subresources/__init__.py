"""Subresources with an answer of their own: scale, eviction, log, binding, token."""
