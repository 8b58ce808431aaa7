"""How an author says what to play: the @check vocabulary and random tapes."""
