"""Grading a class: the one room that takes in, runs and judges a submission."""
