"""What plays each kind of case on an engine, and observes numbers."""
