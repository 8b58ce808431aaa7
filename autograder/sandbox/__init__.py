"""How the judge starts, limits, watches and ends the processes that run submissions."""
