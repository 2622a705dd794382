"""What is measured, each a program of its own in the environment that it wants; see ``child``."""
