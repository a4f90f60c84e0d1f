"""Make TLS contexts for connections to stores, and explain certificates that are not trusted."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NOT_YET, _EXPIRED, _SELF_SIGNED, _UNKNOWN_ISSUERS, _OTHER_HOSTS = (9,), (10,), (18,), (2, 19, 20, 21), (62, 64)
"""The numbers of OpenSSL's errors `X509_V_ERR_...`."""


class UnusableKeyError(ValueError):
    """A file contains no usable private key. The message says why."""


def trusting(ca: str | None) -> ssl.SSLContext:
    """Return a context that trusts the CA, given as a path or as PEM text. With None it trusts the system's CAs.

    Raises OSError if the file cannot be read or contains no certificate.
    """
    text = _ascii(ca) if ca is not None and _is_pem(ca) else None
    context = ssl.create_default_context(cafile=None if text else ca, cadata=text)
    # Python 3.13 sets this flag. It rejects the certificates that MySQL generates for itself.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def present(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    """Add a client certificate and its key to the context. Both are paths or PEM text.

    Raises OSError or ValueError if they cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="pipesight-") as folder:  # Python loads certificates from files only
        files = [_file(value, Path(folder) / name) for name, value in (("cert", certificate), ("key", key)) if value]
        _check_key(Path(files[-1]))
        context.load_cert_chain(files[0], *files[1:], password="")  # without a password OpenSSL asks in the terminal


def _check_key(file: Path) -> None:
    """Raise UnusableKeyError for files that OpenSSL refuses without a reason."""
    with file.open(encoding="ascii", errors="replace") as opened:
        text = opened.read(_LARGEST)
    if "PRIVATE KEY-----" not in text:
        raise UnusableKeyError("it contains no private key")
    if "ENCRYPTED" in text:
        raise UnusableKeyError("the key is encrypted with a password")


def fault(error: BaseException) -> str | None:
    """Return the end of a sentence about an error of TLS. The store is its subject. None for other errors."""
    found = next((each for each in _chain(error) if isinstance(each, ssl.SSLError)), None)
    if isinstance(found, ssl.SSLCertVerificationError):
        return _certificate_fault(found.verify_code)
    if isinstance(found, ssl.SSLEOFError):
        return "ends the connection while TLS begins. It may refuse the client certificate."
    if found is not None and "ALERT" in (found.reason or ""):
        return "refuses the client certificate, or asks for one."
    return None if found is None else "does not speak TLS correctly."


def unreadable(error: Exception) -> str:
    """Return why a certificate or key cannot be read, as the end of a sentence."""
    if isinstance(error, UnusableKeyError):
        return str(error)
    if not isinstance(error, ssl.SSLError):
        return (isinstance(error, OSError) and error.strerror) or "it is no certificate"
    return "the key belongs to another certificate" if error.reason == _MISMATCH else "it is no certificate or key"


_MISMATCH = "KEY_VALUES_MISMATCH"
_LARGEST = 1_000_000  # characters of a file with a key


def _certificate_fault(code: int) -> str:
    if code in _NOT_YET:
        return "has a certificate that is not valid yet. Check the clocks of both machines."
    if code in _EXPIRED:
        return "has a certificate that has expired."
    if code in _SELF_SIGNED:
        return "has a certificate that is not trusted: it is self-signed."
    if code in _UNKNOWN_ISSUERS:
        return "has a certificate that is not trusted: its issuer is unknown."
    if code in _OTHER_HOSTS:
        return "has a certificate for another host."
    return "has a certificate that is not trusted."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all its causes, in all attributes in which libraries keep them."""
    pending, seen = [error], set[int]()
    while pending:
        each = pending.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        kept = (each.__cause__, each.__context__, *each.args, *(getattr(each, name, None) for name in _KEPT))
        pending += [other for other in kept if isinstance(other, BaseException)]


_KEPT = ("reason", "orig", "original_exception")  # the attributes of urllib3, SQLAlchemy and PyMySQL


def _is_pem(value: str) -> bool:
    return "-----BEGIN " in value


def _file(value: str, own: Path) -> str:
    if not _is_pem(value):
        return value
    own.touch(mode=0o600)
    own.write_text(_ascii(value), encoding="ascii")
    return str(own)


def _ascii(pem: str) -> str:
    """Return PEM text as ASCII, which Python requires. Only comments around a certificate have other letters."""
    return pem.encode("ascii", "replace").decode("ascii")
