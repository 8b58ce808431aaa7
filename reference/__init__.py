"""The solution. Staff only: never shipped, never imported while a class is graded."""
