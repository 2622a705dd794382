"""One physical HTTP exchange over httpx2.

It sends a request once and brings back a :class:`Reply` or raises a :class:`Failure` that says whether the request
can have reached the ERP. Whether to try again is decided elsewhere.
"""

from __future__ import annotations

import asyncio
import json as jsonlib
import logging
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import certifi
import httpx2

from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import ConfigError
from erp_bridge.transport.diagnose import Place, diagnose, too_late
from erp_bridge.transport.guard import send_guard
from erp_bridge.transport.reply import Reply
from erp_bridge.transport.skew import Skew
from erp_bridge.transport.verdict import Failure

_CONNECT_WITHIN = 10.0
_MAX_CONNECTIONS = 20  # the most that max_concurrency allows
#: Many web servers close an idle connection after 5 s. A write sent at that very moment would be in doubt.
_KEEP_ALIVE = 4.0


#: The moments at which the two parts of a request are about to be written to the connection.
_LEAVING = ("send_request_headers.started", "send_request_body.started")


@dataclass(frozen=True)
class Order:
    """What to send. Of ``content`` (bytes as they are), ``form`` and ``files`` the last two may go together."""

    method: str
    path: str
    operation: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Mapping[str, tuple[str, bytes]] | None = field(default=None, repr=False)


_ours: ContextVar[bool] = ContextVar("ours", default=False)


def _somebody_elses(record: logging.LogRecord) -> bool:
    """httpx2 logs each address it asks, and some ERPs want names and documents in it. Ours are logged by the client."""
    return not _ours.get()


logging.getLogger("httpx2").addFilter(_somebody_elses)


def encode_json(value: object, *, ascii_only: bool) -> bytes:
    """JSON in ASCII with escapes, which no ERP misreads, or in plain UTF-8."""
    text = jsonlib.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


class Exchange:
    """The connections to one address."""

    def __init__(
        self,
        erp: str,
        base_url: str,
        clock: Clock,
        *,
        headers: Mapping[str, str],
        deadline: float,
        verify: bool | str,
        max_reply: int,
        transport: httpx2.AsyncBaseTransport | None,
    ) -> None:
        self.skew = Skew()
        self.deadline = deadline
        self._erp = erp
        self._clock = clock
        self._max_reply = max_reply
        self._base_url = base_url.rstrip("/")
        url = _parse_url(erp, self._base_url)
        self._place = Place(url.host, url.port or (443 if url.scheme == "https" else 80), deadline)
        tls, proxied = way_to(url, verify) if transport is None else (False, False)  # a given one sees to both
        self._http = httpx2.AsyncClient(
            headers={"user-agent": "erp-bridge", **headers},
            verify=tls,
            timeout=httpx2.Timeout(deadline, connect=min(_CONNECT_WITHIN, deadline)),
            limits=httpx2.Limits(
                max_connections=_MAX_CONNECTIONS,
                max_keepalive_connections=_MAX_CONNECTIONS,
                keepalive_expiry=_KEEP_ALIVE,
            ),
            follow_redirects=False,
            # A session cookie handed back would make PHP serve our requests one after the other.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            transport=transport,
            trust_env=proxied,
        )

    async def send(self, order: Order) -> Reply:
        """Send once. Raises ``Failure`` when no usable reply came back."""
        connecting = False

        async def trace(step: str, info: Mapping[str, Any]) -> None:
            nonlocal connecting
            if step == "connection.connect_tcp.started":
                connecting = True
            elif step.endswith(_LEAVING):
                connecting = False
                guard = send_guard.get()
                if guard is not None:  # asked before too; the process may have been frozen while it connected
                    guard(self.deadline)

        request = self._build(order, trace)
        ours = _ours.set(True)
        try:
            async with asyncio.timeout(self.deadline):
                return await self._receive(request, order)
        except TimeoutError:
            raise too_late(self._place, connecting=connecting) from None
        except httpx2.LocalProtocolError:
            raise self._not_http(order) from None  # its own text quotes the header, and so the token
        except (httpx2.RequestError, OSError) as error:  # a plain OSError comes from an ERP simulated in process
            raise diagnose(error, self._place) from None
        finally:
            _ours.reset(ours)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _receive(self, request: httpx2.Request, order: Order) -> Reply:
        sent = self._clock.now()
        response = await self._http.send(request, stream=True)
        try:
            self.skew.sample(response.headers.get("date"), sent, self._clock.now())
            content = await self._read(response)
        finally:
            await response.aclose()
        return Reply(response.status_code, dict(response.headers.items()), content, self._erp, order.operation)

    async def _read(self, response: httpx2.Response) -> bytes:
        announced = response.headers.get("content-length", "")
        chunks, length = [], 0
        if not (announced.isdecimal() and int(announced) > self._max_reply):
            async for chunk in response.aiter_bytes():
                chunks.append(chunk)
                length += len(chunk)
                if length > self._max_reply:
                    break
            else:
                return b"".join(chunks)
        limit = f"{self._max_reply / 2**20:g} MiB"
        reason = f"the answer is larger than {limit} and was cut off: lower page_size"
        raise Failure("too_large", reason, may_have_acted=True, passing=False)

    def _build(self, order: Order, trace: object) -> httpx2.Request:
        path = order.path.lstrip("/")
        headers = dict(order.headers)
        if order.content is not None:
            headers.setdefault("content-type", "application/json")
        try:
            return self._http.build_request(
                order.method,
                _address(f"{self._base_url}/{path}" if path else self._base_url),
                headers=headers,
                content=order.content,
                data=order.form,
                files=order.files,
                extensions={"trace": trace},
            )
        except (httpx2.InvalidURL, UnicodeError):
            raise self._not_http(order) from None

    def _not_http(self, order: Order) -> ConfigError:
        reason = "the request cannot be written as HTTP: check url, and the credentials for accents and line ends"
        return ConfigError(reason, erp=self._erp, operation=order.operation)


#: The addresses of listings come again and again, and reading one takes a good part of the time that sending takes.
_address = lru_cache(maxsize=256)(httpx2.URL)


def _parse_url(erp: str, url: str) -> httpx2.URL:
    try:
        return httpx2.URL(url)
    except httpx2.InvalidURL:
        raise ConfigError("url is not a valid address: write it as https://host", erp=erp) from None


def way_to(url: httpx2.URL, verify: bool | str) -> tuple[ssl.SSLContext | bool, bool]:
    """What httpx2 calls ``verify`` and ``trust_env``: no TLS where there is none, no proxy to this machine itself."""
    tls = trust(verify) if url.scheme == "https" else False
    return tls, url.host not in ("localhost", "127.0.0.1", "::1")


@lru_cache(maxsize=32)
def trust(verify: bool | str) -> ssl.SSLContext:
    """Whose certificates are believed: the machine's and the usual authorities', only those of a file, or anyone's."""
    if isinstance(verify, str):
        try:
            context = ssl.create_default_context(cafile=verify)
        except (OSError, ssl.SSLError):
            reason = f"verify names the file {verify}, which cannot be read or holds no PEM certificate"
            raise ConfigError(reason) from None
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the server's own certificate will do
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # home-made authorities leave extensions out
        return context
    context = ssl.create_default_context()
    if verify:
        context.load_verify_locations(certifi.where())
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
