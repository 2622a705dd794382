"""The page to look at: how the pairs stand, what waits for a person, and the decisions that people take there.

``app(source, config, clock, extra_routes=())`` makes the ASGI application. It is rendered on the server, has no script,
and asks no other host for anything. A decision is only recorded; the next pass carries it out.
"""

from erp_bridge.service.web.application import app

__all__ = ["app"]
