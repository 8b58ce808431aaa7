"""What students and nbgrader are given."""
