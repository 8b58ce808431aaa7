"""The untrusted side: what runs in one process with a student's code.

Imports nothing but the standard library and itself, and holds no expected number.
"""
