"""Phone numbers as people write them, read with Google's libphonenumber."""

import re
from typing import Final

import phonenumbers

# What is typed of a number: an optional extension is read and left out, Stripe has no place for it.
_WRITTEN: Final = re.compile(
    r"(?P<number>\+?[0-9(][0-9 ()./-]{5,28}[0-9])(?: ?(?:ext|x)\.? ?[0-9]{1,6})?", re.IGNORECASE
)
_FROM_ABROAD: Final = re.compile(r"^00(?=[1-9])")
FEWEST_DIGITS: Final = 7
MOST_DIGITS: Final = 15


def written_phone(text: str) -> str | None:
    """Return the number as it was written, without its extension; None when the text is no phone number.

    A number with its country must be one that can exist there. Without one only its length is known.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    number = found["number"]
    if not FEWEST_DIGITS <= len(phonenumbers.normalize_digits_only(number)) <= MOST_DIGITS:
        return None
    if number.startswith("+") and international(number) is None:
        return None
    return number


def international(number: str) -> str | None:
    """Write a number that names its country as Checkout stores it (E.164, `+4930901820`), else None."""
    try:
        read = phonenumbers.parse(_FROM_ABROAD.sub("+", number))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(read):
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


def digits(number: str) -> str:
    """The digits of a number and nothing else."""
    return phonenumbers.normalize_digits_only(number)
