"""TLS to a store: which certificates are trusted, and what a person can read about one that is not."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NOT_YET, _EXPIRED, _SELF_SIGNED, _UNKNOWN_ISSUERS, _OTHER_HOSTS = (9,), (10,), (18,), (2, 19, 20, 21), (62, 64)
"""Numbers of OpenSSL's `X509_V_ERR_...`."""


class UnusableKeyError(ValueError):
    """A file without a private key that can be used. The message says why."""


def trusting(ca: str | None) -> ssl.SSLContext:
    """Return a context that trusts the CA, a file's name or PEM text, or without one what the system trusts.

    Raises OSError when the file cannot be read or holds no certificate.
    """
    text = _ascii(ca) if ca is not None and _is_pem(ca) else None
    context = ssl.create_default_context(cafile=None if text else ca, cadata=text)
    # Python 3.13 sets this flag, and the certificates that MySQL makes for itself do not pass it.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def present(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    """Have the context present a client certificate. Both are names of files or PEM text.

    Raises OSError or ValueError when they cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="pipesight-") as folder:  # Python loads certificates from files only
        files = [_file(value, Path(folder) / name) for name, value in (("cert", certificate), ("key", key)) if value]
        _check_key(Path(files[-1]))
        context.load_cert_chain(files[0], *files[1:], password="")  # an empty password: never ask in the terminal


def _check_key(file: Path) -> None:
    """Raise UnusableKeyError for what OpenSSL refuses without a reason."""
    with file.open(encoding="ascii", errors="replace") as opened:
        text = opened.read(_LARGEST)
    if "PRIVATE KEY-----" not in text:
        raise UnusableKeyError("there is no private key in it")
    if "ENCRYPTED" in text:
        raise UnusableKeyError("the key is encrypted with a password")


def fault(error: BaseException) -> str | None:
    """Describe an error of a certificate or of TLS, to follow the store's name. None for other errors."""
    found = next((each for each in _chain(error) if isinstance(each, ssl.SSLError)), None)
    if isinstance(found, ssl.SSLCertVerificationError):
        return _certificate_fault(found.verify_code)
    if isinstance(found, ssl.SSLEOFError):
        return "ends the connection while TLS begins. It may refuse the certificate that Pipesight presents."
    if found is not None and "ALERT" in (found.reason or ""):
        return "refuses Pipesight's TLS certificate, or wants one."
    return None if found is None else "does not speak TLS as it should."


def unreadable(error: Exception) -> str:
    """Return why a certificate or key cannot be read, to follow a colon."""
    if isinstance(error, UnusableKeyError):
        return str(error)
    if not isinstance(error, ssl.SSLError):
        return (isinstance(error, OSError) and error.strerror) or "it is no certificate"
    return "the key belongs to another certificate" if error.reason == _MISMATCH else "it is no certificate or key"


_MISMATCH = "KEY_VALUES_MISMATCH"
_LARGEST = 1_000_000  # characters of a file with a key


def _certificate_fault(code: int) -> str:
    if code in _NOT_YET:
        return "has a certificate that is not valid yet. Check the clocks."
    if code in _EXPIRED:
        return "has a certificate that has expired."
    if code in _SELF_SIGNED:
        return "has a certificate that is not trusted: it signed itself."
    if code in _UNKNOWN_ISSUERS:
        return "has a certificate that is not trusted: its issuer is unknown here."
    if code in _OTHER_HOSTS:
        return "has a certificate for another host."
    return "has a certificate that is not trusted."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what caused it, wherever the libraries keep that."""
    pending, seen = [error], set[int]()
    while pending:
        each = pending.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        kept = (each.__cause__, each.__context__, *each.args, *(getattr(each, name, None) for name in _KEPT))
        pending += [other for other in kept if isinstance(other, BaseException)]


_KEPT = ("reason", "orig", "original_exception")  # of urllib3, SQLAlchemy and PyMySQL


def _is_pem(value: str) -> bool:
    return "-----BEGIN " in value


def _file(value: str, own: Path) -> str:
    if not _is_pem(value):
        return value
    own.touch(mode=0o600)
    own.write_text(_ascii(value), encoding="ascii")
    return str(own)


def _ascii(pem: str) -> str:
    """Return PEM text as Python takes it. Comments around a certificate may have other letters."""
    return pem.encode("ascii", "replace").decode("ascii")
