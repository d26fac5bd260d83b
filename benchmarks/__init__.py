"""Speed, memory and tokens, each figure beside its budget: ``python -m benchmarks``."""
