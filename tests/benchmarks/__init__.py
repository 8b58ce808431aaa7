"""What grading costs, side by side; run on demand: python -m tests.benchmarks --help."""
