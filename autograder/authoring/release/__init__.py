"""What students and nbgrader are given: their files, with the tool as a wheel."""
