"""What runs on a student's own machine: check, hint, reset, draw and watch, without a sandbox."""
