"""What runs in one process with a student's code, and is therefore not trusted.

It imports the standard library, `autograder.limits` and itself, and holds no expected number.
"""
