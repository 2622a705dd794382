"""The long-running side of the bridge: its schedule, its health, and the page to look at."""
