"""Keys: who may use the service, hashed at rest in the data folder."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from qa.endpoint.rows import Rows
from qa.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Key:
    """A key as kept: `sha256` of the 256 random bits that its owner holds.

    One that is bound to `collections` reads and writes in these only; none bind nothing. `id` is
    its own for ever, also when it is removed and another gets its name; a key that was made before
    keys had ids has its name as id.
    """

    name: str
    write: bool
    created: str
    sha256: str
    collections: tuple[str, ...] = ()
    id: str = ""

    def __post_init__(self) -> None:
        """Raises TypeError for what cannot be compared with a hash, and for collections that are no
        list of names: such a key would see everything."""
        if not isinstance(self.sha256, str):
            raise TypeError(f"sha256 is {self.sha256!r}, not text")
        names: object = self.collections
        if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) and n for n in names):
            raise TypeError(f"collections is {names!r}, not a list of names")
        if not isinstance(self.id, str):
            raise TypeError(f"id is {self.id!r}, not text")
        object.__setattr__(self, "collections", tuple(names))
        object.__setattr__(self, "id", self.id or self.name)


class Keys:
    """The keys of one data folder, in `keys.json`; a change is seen by running servers at their
    next request."""

    def __init__(self, data: Path) -> None:
        self.path = data / "keys.json"
        self._rows = Rows(self.path, Key, "remove it and add the keys again")

    def all(self) -> tuple[Key, ...]:
        """Every key, with its hash; raises SettingsError when the file cannot be read as keys."""
        return self._rows.all()

    def add(self, name: str, *, write: bool = False, collections: Sequence[str] = ()) -> str:
        """Make a key and return it; it is shown only this once."""
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
            raise SettingsError(f"key name {name!r}: use 1 to 64 letters, digits, dots, dashes")
        text = "fn_" + secrets.token_urlsafe(32)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        own = f"{name}.{secrets.token_hex(8)}"
        made = Key(name, write, now, digest(text), tuple(collections), own)

        def added(keys: tuple[Key, ...]) -> tuple[Key, ...]:
            if any(key.name == name for key in keys):
                raise SettingsError(f"key name {name!r}: taken; remove it first or choose another")
            return (*keys, made)

        self._rows.change(added)
        return text

    def remove(self, name: str) -> bool:
        """Whether there was one; the sessions that were opened with it end."""
        removed: list[Key] = []

        def kept(keys: tuple[Key, ...]) -> tuple[Key, ...]:
            removed.extend(key for key in keys if key.name == name)
            return tuple(key for key in keys if key.name != name)

        if self.path.exists():
            self._rows.change(kept)
        return bool(removed)

    def match(self, text: str) -> Key | None:
        """The key that `text` is, in a time that does not depend on which one or how nearly."""
        given, found = digest(text), None
        for key in self.all():
            if hmac.compare_digest(given, key.sha256):
                found = key
        return found


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
