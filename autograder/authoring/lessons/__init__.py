"""From a lesson and the reference to notebooks, scripts and stubs."""
