"""Certificates: whose is believed, and what is said when one is not."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import httpx2
import pytest

from erp_bridge.core.errors import ConfigError, Unavailable
from erp_bridge.transport.exchange import way_to
from erp_bridge.transport.webhook import post
from support.clock import FakeClock
from support.httpclient import READ, WRITE, MakeClient
from support.rawserver import RawServer, answer

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Certificates:
    """An authority of one's own, a certificate it signed, and a self-signed one for another host."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._openssl("req", "-x509", *KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Provedor CA")
        self._openssl("req", *KEY, "-keyout", "erp.key", "-out", "erp.csr", "-subj", "/CN=erp")
        (folder / "san").write_text("subjectAltName=IP:127.0.0.1")
        self._openssl(
            "x509", "-req", "-in", "erp.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-extfile", "san", "-out", "erp.pem",
        )  # fmt: skip
        self._openssl("req", "-x509", *KEY, "-keyout", "other.key", "-out", "other.pem", "-subj", "/CN=other.example")

    def server(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file(f"{name}.pem"), self.file(f"{name}.key"))
        return context

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make certificates")
    return Certificates(tmp_path_factory.mktemp("certificates"))


async def test_an_unknown_certificate_is_refused_at_once(
    make_client: MakeClient, certificates: Certificates, clock: FakeClock
) -> None:
    async with RawServer(answer(), tls=certificates.server("erp")) as server:
        client = make_client(server.url)
        with pytest.raises(Unavailable, match=r'certificate of .* is not trusted .*verify = "path/to/ca\.pem"'):
            await client.send("POST", "x", **WRITE)
    assert server.received == []
    assert clock.slept == [], "what is not trusted now is not trusted in a minute"


@pytest.mark.parametrize("verify", ["ca.pem", "erp.pem", False], ids=["its authority", "itself", "anyone"])
async def test_whose_certificate_is_believed(
    make_client: MakeClient, certificates: Certificates, verify: str | bool
) -> None:
    verify = certificates.file(verify) if isinstance(verify, str) else verify
    async with RawServer(answer(b"1"), tls=certificates.server("erp")) as server:
        assert (await make_client(server.url, verify=verify).send("GET", "x", **READ)).json() == 1


async def test_a_certificate_of_another_host_is_refused(make_client: MakeClient, certificates: Certificates) -> None:
    async with RawServer(answer(), tls=certificates.server("other")) as server:
        with pytest.raises(Unavailable, match=r"not trusted \(ip address mismatch\): have it renewed for this host"):
            await make_client(server.url, verify=certificates.file("other.pem")).send("GET", "x", **READ)


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_wrong_certificate_file_is_a_matter_of_configuration(
    make_client: MakeClient, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"verify names the file .*ca\.pem"):
        make_client("https://127.0.0.1:1", verify=str(path))


async def test_https_to_a_server_that_speaks_http(make_client: MakeClient) -> None:
    async def bad_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(bad_request, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable, match=r"no secure connection to .*http:// only"):
            await make_client(f"https://127.0.0.1:{port}").send("GET", "x", **READ)


@pytest.mark.parametrize(
    ("address", "encrypted", "proxied"),
    [
        ("https://erp.example/x", True, True),
        ("HTTPS://127.0.0.1:8443", True, False),
        ("http://erp.example", False, True),
        ("http://localhost:8001", False, False),
        ("http://[::1]:8001", False, False),
    ],
)
def test_where_there_is_tls_and_where_a_proxy_may_stand(address: str, encrypted: bool, proxied: bool) -> None:
    tls, through = way_to(httpx2.URL(address), True)
    assert through is proxied
    if encrypted:
        assert isinstance(tls, ssl.SSLContext)
        assert tls.verify_mode is ssl.CERT_REQUIRED
        assert tls.check_hostname
    else:
        assert tls is False


async def test_a_webhook_believes_no_unknown_certificate(certificates: Certificates) -> None:
    async with RawServer(answer(), tls=certificates.server("erp")) as server:
        with pytest.raises(Unavailable, match="ConnectError"):
            await post(server.url, b"{}", {}, timeout=5)
    assert server.received == []


async def test_a_webhook_without_tls_loads_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(ssl, "create_default_context", lambda **files: loaded.append(files))
    async with RawServer(answer()) as server:
        await post(server.url, b"{}", {}, timeout=5)
    assert len(server.received) == 1
    assert loaded == []
