"""The HTTP side: from a request to a call, from an answer to bytes, and everything between."""
