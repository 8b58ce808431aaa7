"""What the verbs do: a module for each audience, and one for the gradebook."""
