"""From what was handed in to a program: files are read as text, and nothing is run."""
