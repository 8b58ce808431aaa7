"""Compiling an exercise and proving it: mutants, canaries, secrets."""
