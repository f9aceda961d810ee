"""The tokens on households' slips: 128 bits each, made anew from the site's key whenever slips are printed.

Only a hash is in the database; who reads it cannot answer in a household's stead. A token is written in Crockford's 32
letters and figures, which people do not confuse, in groups of four.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.utils.crypto import salted_hmac

__all__ = ["BITS", "browser_digest", "new_browser_token", "read_token", "slip_token", "token_digest", "written"]

BITS = 128
_BYTES = BITS // 8
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RFC = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_WRITE = str.maketrans(_RFC, _ALPHABET)
_LENGTH = 26
_GROUP = 4
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def slip_token(code: str, number: int) -> str:
    """Return the token of a slip.

    Parameters
    ----------
    code
        The questionnaire's code.
    number
        The slip's number.

    Returns
    -------
    str
        26 letters and figures.
    """
    made = salted_hmac("linli.wishes.slip", f"{code}:{number}", algorithm="sha256").digest()[:_BYTES]
    return base64.b32encode(made).decode("ascii").rstrip("=").translate(_WRITE)


def read_token(text: str) -> str:
    """Return a token as it is kept, from what somebody typed or a link holds.

    Parameters
    ----------
    text
        Small letters, blanks, hyphens and look-alikes (O, I, L) are understood.

    Returns
    -------
    str
        The token; empty if it cannot be one.
    """
    bare = "".join(text.upper().replace("-", "").split()).translate(_LOOK_ALIKE)
    return bare if len(bare) == _LENGTH and set(bare) <= set(_ALPHABET) else ""


def written(token: str) -> str:
    """Return a token in groups of four, for people to type.

    Examples
    --------
    >>> written("0123456789ABCDEFGHJKMNPQRS")
    '0123-4567-89AB-CDEF-GHJK-MNPQ-RS'
    """
    return "-".join(token[at : at + _GROUP] for at in range(0, len(token), _GROUP))


def token_digest(token: str) -> str:
    """Return the hash under which a token is known; a token of 128 random bits needs no salt."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()


def new_browser_token() -> str:
    """Return a new random mark for a browser that uses the open link."""
    return secrets.token_urlsafe(_BYTES)


def browser_digest(code: str, token: str) -> str:
    """Return the hash of a browser's mark, another for every questionnaire.

    Parameters
    ----------
    code
        The questionnaire's code.
    token
        The mark in the browser's cookie.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.sha256(f"{code}:{token}".encode()).hexdigest()
