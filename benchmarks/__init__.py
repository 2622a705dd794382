"""How fast the bridge is beside what a user would pick instead: one command, see ``python -m benchmarks --help``."""
