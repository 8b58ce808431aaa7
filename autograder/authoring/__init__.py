"""The authors' side: checks and lessons are read, exercises compiled and proved, and released."""
