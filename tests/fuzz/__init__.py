"""Fuzzing: what a stranger or an author may hand in, as bytes, against the code that reads it."""
