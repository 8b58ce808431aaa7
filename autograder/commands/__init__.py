"""What each verb does, a module for each audience."""
