"""Submissions that attack the grader, and what the grader has to make of each."""
