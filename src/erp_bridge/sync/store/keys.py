"""The key of the digests: read from its file or its reference, and made for a new store."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import Secret

_LEAST = 16  # characters


def digest_key(file: Path | None, secret: Secret | None, *, fresh: bool) -> bytes:
    """The key that stands in ``file`` or is ``secret``; ``fresh``: a missing file is made, for a store that is new.

    Raises ``ConfigError`` when there is no key, or none that can be read.
    """
    if file is None:
        if secret is None:
            raise ConfigError("the state store needs a digest key: name one in [state] key")
        return _stretched(secret.reveal())
    try:
        return _stretched(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        if not fresh:
            raise ConfigError(
                f"the digest key {file} is missing; put back the copy that belongs to this state store"
            ) from None
    except OSError as error:
        raise ConfigError(f"the digest key {file} cannot be read: {error.strerror}") from None
    put(file, secrets.token_hex(32) + "\n")
    return _stretched(file.read_text(encoding="utf-8").strip())


def put(file: Path, text: str) -> None:
    """Write a key for its owner's eyes only, whole or not at all; one that stands there already stays.

    Raises ``ConfigError``.
    """
    half = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        try:
            with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.link(half, file)  # unlike a rename, it never replaces the key of another process
        except FileExistsError:
            pass
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"the digest key {file} cannot be made: {error.strerror}") from None


def _stretched(text: str) -> bytes:
    if len(text) < _LEAST:
        raise ConfigError("the digest key is too short: at least 16 characters")
    return hashlib.blake2b(text.encode(), digest_size=32).digest()
