"""What an agent sees: one function per tool, and the doors every call passes."""
