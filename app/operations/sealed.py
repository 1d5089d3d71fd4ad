"""Encrypted files, in the format of age (https://age-encryption.org/v1): in pieces of 64 KiB, each authenticated, their
order and the last one too. A file of any size takes no more memory than a small one.

The key is any long text. It becomes an Ed25519 key, one of those that age takes (as an SSH key).
"""

import base64
import hashlib
from pathlib import Path

import pyrage
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AGE, FERNET = "age", "fernet"


class NotOpened(ValueError):
    """The key is another one, or the file is no such file."""


def seal(source: Path, target: Path, key: str) -> None:
    """Raises OSError."""
    public = _pair(key).public_key()
    told = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    try:
        pyrage.encrypt_file(str(source), str(target), [pyrage.ssh.Recipient.from_str(told)])
    except pyrage.EncryptError as error:  # Nothing but the disk can fail here.
        raise OSError(str(error)) from error


def unseal(source: Path, target: Path, key: str, format: str = AGE) -> None:
    """Raises NotOpened, or OSError: the disk is full, or a piece is not what was sealed. The target is no good then."""
    try:
        if format == AGE:
            pyrage.decrypt_file(str(source), str(target), [pyrage.ssh.Identity.from_buffer(identity(key))])
        else:
            target.write_bytes(_fernet(key).decrypt(source.read_bytes()))
    except (pyrage.DecryptError, InvalidToken) as error:
        raise NotOpened(str(error)) from error


def identity(key: str) -> bytes:
    """The same key as `age --identity` takes it: an SSH private key."""
    plain = serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    return _pair(key).private_bytes(serialization.Encoding.PEM, *plain)


def _pair(key: str) -> Ed25519PrivateKey:
    derive = HKDF(hashes.SHA256(), length=32, salt=None, info=b"musical-instruments backup, age")
    return Ed25519PrivateKey.from_private_bytes(derive.derive(key.encode()))


def _fernet(key: str) -> Fernet:
    """How backups were encrypted before: whole, in memory."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
