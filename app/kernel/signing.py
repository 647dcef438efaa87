"""Signatures of the installation (签名): Ed25519 over exact bytes, each use apart from every other."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.kernel.secrets import keyring

ALGORITHM = "Ed25519"


def sign(message: bytes, *, purpose: str) -> bytes:
    """Sign a message with the installation's key for this purpose.

    Args:
        purpose: what the message is, `cancellation-certificate`; signed with it, so that a signature
            for one use is none for another.
    """
    return _key(purpose).sign(_framed(message, purpose))


def public_key(*, purpose: str) -> bytes:
    """Return the 32 bytes with which anyone can check signatures of this purpose."""
    return _key(purpose).public_key().public_bytes_raw()


def is_signed(message: bytes, signature: bytes, key: bytes, *, purpose: str) -> bool:
    """Tell whether this public key signed this message for this purpose."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _framed(message, purpose))
    except InvalidSignature:
        return False
    return True


def _framed(message: bytes, purpose: str) -> bytes:
    return f"tanhuitong/{purpose}/v1\n".encode() + message


def _key(purpose: str) -> Ed25519PrivateKey:
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=f"tanhuitong signing {purpose} 1".encode())
    return Ed25519PrivateKey.from_private_bytes(seed.derive(keyring().index))
