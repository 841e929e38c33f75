"""A value that may be handed to one person and must never be written down by accident."""

from typing import Final, NoReturn

HIDDEN: Final = "[hidden]"


class Secret:
    """Holds a session URL: whoever has it acts as the customer.

    Printing, formatting, logging, comparing as text, JSON and pickle all miss the value; only `reveal()`
    returns it, so every place that shows one can be found by that name.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the value itself; only for the answer to the person who asked."""
        return self.__value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, format_spec: str) -> str:
        return format(HIDDEN, format_spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")
