"""Compile an exercise, and prove it: its mutants, its judge, its secrets."""
