"""Personal data with its middle hidden (脱敏), for screens where the whole is not needed."""


def masked_phone(phone: str) -> str:
    """Hide the middle of a telephone number: `138****5678`."""
    if len(phone) < 8:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


def masked_name(name: str) -> str:
    """Keep the first character of a name: `张**`."""
    return name[:1] + "*" * (len(name) - 1)


def masked_number(number: str) -> str:
    """Keep the first and the last two characters of a document number or code."""
    if len(number) < 8:
        return "*" * len(number)
    return number[:2] + "*" * (len(number) - 4) + number[-2:]


def in_groups(code: str, size: int = 4) -> list[str]:
    """Cut a typed code into groups that can be read aloud: `8F3K2Q7M` → `8F3K`, `2Q7M`."""
    return [code[start : start + size] for start in range(0, len(code), size)]
