"""Players: each plays one kind of case on an engine and returns the numbers it observed."""
