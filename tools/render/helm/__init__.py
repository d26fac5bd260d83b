"""Releases as helm prints them: tables, values, status."""
