"""The two sides of a pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


class Side(StrEnum):
    """A side of a pair, as ``left`` and ``right`` name it in the configuration."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


@dataclass(frozen=True)
class Both(Generic[T_co]):
    """One value for each side."""

    left: T_co
    right: T_co

    def __getitem__(self, side: Side) -> T_co:
        return self.left if side is Side.LEFT else self.right

    def map(self, change: Callable[[T_co], U]) -> Both[U]:
        return Both(change(self.left), change(self.right))

    @staticmethod
    def of(make: Callable[[Side], U]) -> Both[U]:
        """The same question put for each side."""
        return Both(make(Side.LEFT), make(Side.RIGHT))
