"""Discount requests in the ERPs: what is asked for, what finance decided, and booking it once."""
