"""The state store: what the engine remembers between passes. One module a table, functions over a transaction."""
