"""The judge's side of planted engines: who examines which, and the process that holds them."""
