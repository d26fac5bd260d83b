"""What POST, PUT, PATCH and DELETE do: decode, default, check, own, store."""
