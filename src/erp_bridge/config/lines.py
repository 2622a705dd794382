"""On which line of a TOML text each key stands; ``tomllib`` itself does not tell.

The text has been accepted by ``tomllib`` before, so this reader only follows the structure and refuses nothing.
"""

from __future__ import annotations

import tomllib

Path = tuple[str, ...]


def index(text: str) -> dict[Path, int]:
    """Key path → line (from 1). A table stands where its header or its first key is."""
    return _Reader(text.replace("\r\n", "\n")).read()


def nearest(lines: dict[Path, int], path: Path) -> int:
    """The line of ``path``, or of the innermost table around it that is written down; else 1."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {}

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(" \t\n"):
            if self._now() == "[":
                self._step(2 if self.text.startswith("[[", self.at) else 1)
                table = self._key("]")
                self._note(table)
                self._step(2 if self.text.startswith("]]", self.at) else 1)
            else:
                self._pair(table)
        return self.lines

    def _now(self) -> str:
        return self.text[self.at : self.at + 1]

    def _step(self, count: int = 1) -> str:
        passed = self.text[self.at : self.at + count]
        self.line += passed.count("\n")
        self.at += count
        return passed

    def _skip(self, blanks: str) -> bool:
        """Pass blanks and comments; whether anything is left."""
        while self.at < len(self.text):
            if self._now() == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self._now() in blanks:
                self._step()
            else:
                return True
        return False

    def _note(self, path: Path) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], self.line)
        self.lines[path] = self.line

    def _pair(self, table: Path) -> None:
        path = (*table, *self._key("="))
        self._note(path)
        self._step()
        self._skip(" \t")
        self._value(path)

    def _key(self, end: str) -> Path:
        """A dotted key up to ``end``, which is not passed."""
        parts: list[str] = []
        while self._skip(" \t") and self._now() != end:
            if self._now() == ".":
                self._step()
            elif self._now() in "\"'":
                parts.append(tomllib.loads(f"k = {self._string()}")["k"])
            else:
                start = self.at
                while self._now() not in ("", ".", " ", "\t", end):
                    self._step()
                parts.append(self.text[start : self.at])
        return tuple(parts)

    def _value(self, path: Path) -> None:
        if self._now() in ("'", '"'):
            self._string()
        elif self._now() == "[":
            self._list(path)
        elif self._now() == "{":
            self._inline_table(path)
        else:
            while self._now() not in ("", "\n", ",", "]", "}", "#"):
                self._step()

    def _list(self, path: Path) -> None:
        self._step()
        place = 0
        while self._skip(" \t\n,") and self._now() != "]":
            self._note((*path, str(place)))
            self._value((*path, str(place)))
            place += 1
        self._step()

    def _inline_table(self, path: Path) -> None:
        self._step()
        while self._skip(" \t\n,") and self._now() != "}":
            self._pair(path)
        self._step()

    def _string(self) -> str:
        """A string as written, quotes included."""
        quote = self._now()
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        start = self.at
        self._step(len(mark))
        while not self.text.startswith(mark, self.at) and self.at < len(self.text):
            self._step(2 if quote == '"' and self._now() == "\\" else 1)
        self._step(len(mark))
        while len(mark) == 3 and self._now() == quote:  # up to two quotes may stand right before the closing three
            self._step()
        return self.text[start : self.at]
