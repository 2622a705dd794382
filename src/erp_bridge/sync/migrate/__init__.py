"""Moves the history of one side of a pair to the other, in slices, and says what became of each record."""
