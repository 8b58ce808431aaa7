"""What is kept of a graded class: result files, and nbgrader's gradebook."""
