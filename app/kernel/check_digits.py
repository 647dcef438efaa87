"""Check digits (校验码): unified social credit code, resident number, ISO 7064 numbers, typed codes."""

from typing import Final

_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CREDIT_CODE_LENGTH: Final = 18

_RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_NUMBER_LENGTH: Final = 18

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that are not mistaken for each other when read aloud or typed."""


def credit_code_is_valid(code: str) -> bool:
    """Tell whether `code` is a unified social credit code with its check digit (统一社会信用代码).

    18 characters of GB 32100-2015; the last is the check digit, weights 3^i mod 31.
    """
    if len(code) != CREDIT_CODE_LENGTH or any(sign not in _CREDIT_ALPHABET for sign in code):
        return False
    return code[-1] == credit_code_check_digit(code[:-1])


def credit_code_check_digit(first_17: str) -> str:
    """Return the check digit of the first 17 characters of a credit code."""
    total = sum(
        _CREDIT_ALPHABET.index(sign) * weight for sign, weight in zip(first_17, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def resident_number_is_valid(number: str) -> bool:
    """Tell whether `number` is a citizen identity number with its check digit (公民身份号码).

    18 signs of GB 11643-1999: area, day of birth, order, check digit by ISO 7064 MOD 11-2.
    """
    if len(number) != RESIDENT_NUMBER_LENGTH or not (number.isascii() and number[:-1].isdigit()):
        return False
    return number[-1] == resident_check_digit(number[:-1])


def resident_check_digit(first_17: str) -> str:
    """Return the check digit of the first 17 digits of a citizen identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def with_mod_97(digits: str) -> str:
    """Append the two ISO 7064 MOD 97-10 check digits to a number."""
    return f"{digits}{98 - int(digits) * 100 % 97:02d}"


def mod_97_is_valid(number: str) -> bool:
    """Tell whether a number ends with its ISO 7064 MOD 97-10 check digits."""
    return number.isascii() and number.isdigit() and int(number) % 97 == 1


def with_check_sign(body: str) -> str:
    """Append one check sign to a Crockford text; finds each single error and most swaps."""
    return body + CROCKFORD[_weighted(body)]


def check_sign_is_valid(code: str) -> bool:
    """Tell whether a Crockford text ends with its check sign."""
    return (
        len(code) > 1
        and all(sign in CROCKFORD for sign in code)
        and code[-1] == CROCKFORD[_weighted(code[:-1])]
    )


def typed(code: str) -> str:
    """Return a typed code as it was meant: upper case, no gaps, O as 0, I and L as 1."""
    meant = "".join(sign for sign in code.upper() if sign.isalnum())
    return meant.translate(str.maketrans("OIL", "011"))


def _weighted(body: str) -> int:
    # odd weights are invertible modulo 32, so every single wrong sign changes the sum
    return sum(CROCKFORD.index(sign) * (2 * place + 3) for place, sign in enumerate(body)) % 32
