"""What was handed in becomes a program: text only, nothing is run."""
