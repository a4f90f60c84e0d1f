"""A certificate authority for the tests, and its certificates, made with the program `openssl`."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Signed:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority in a folder. `certificate` is the file that clients trust."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.certificate, self._key = folder / f"{name}.pem", folder / f"{name}.key"
        _openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", f"/CN={name}"),
            *("-keyout", str(self._key), "-out", str(self.certificate)),
        )

    def sign(self, name: str, *, days: int = 9) -> Signed:
        """Return a certificate for the host or the user with this name. It expires after this number of days."""
        stem = f"{name}{days if days < 0 else ''}"
        signed, request = Signed(self._folder / f"{stem}.pem", self._folder / f"{stem}.key"), self._folder / "request"
        names = self._folder / "names"
        names.write_text(f"subjectAltName=DNS:{name}\n")
        _openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", str(signed.key), "-out", str(request)),
        )
        _openssl(
            *("x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey", str(self._key)),
            *("-CAcreateserial", "-days", str(days), "-extfile", str(names), "-out", str(signed.certificate)),
        )
        signed.key.chmod(0o644)  # a database server of another user reads it
        return signed


def encrypt_key(key: Path, to: Path) -> None:
    """Write a key to another file, encrypted with a password."""
    _openssl("rsa", "-aes256", "-passout", "pass:sesame", "-in", str(key), "-out", str(to))


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
