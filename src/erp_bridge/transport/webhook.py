"""One POST to an address that is no ERP: no retry, no limiter, and nothing of the answer but its status."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from erp_bridge.core.errors import Unavailable


async def post(address: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> None:
    """Deliver it within ``timeout`` seconds in all. Redirects are not followed.

    Raises ``Unavailable`` when it was not taken (2xx); the message holds no part of the address, which may be secret.
    """
    import httpx2  # slow to import

    from erp_bridge.transport.exchange import _ours, way_to

    quiet = _ours.set(True)  # httpx2 would log the address
    try:
        url = httpx2.URL(address)
        tls, proxied = way_to(url, True)
        async with (
            asyncio.timeout(timeout),
            httpx2.AsyncClient(verify=tls, timeout=timeout, follow_redirects=False, trust_env=proxied) as http,
            http.stream("POST", url, content=body, headers={"user-agent": "erp-bridge", **headers}) as reply,
        ):
            status = reply.status_code
    except TimeoutError:
        raise Unavailable(f"no answer within {timeout:g} s") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise Unavailable(f"it could not be delivered ({type(error).__name__})") from None
    finally:
        _ours.reset(quiet)
    if not 200 <= status < 300:
        raise Unavailable(f"it was answered with HTTP {status}")
