"""Keys: who may use the service, hashed at rest in the data folder."""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from qa.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Key:
    """A key as kept: `sha256` of the 256 random bits that its owner holds.

    One that is bound to `collections` reads and writes in these only; none bind nothing.
    """

    name: str
    write: bool
    created: str
    sha256: str
    collections: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises TypeError for collections that are no list of names: such a key would see everything."""
        names: object = self.collections
        if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) and n for n in names):
            raise TypeError(f"collections is {names!r}, not a list of names")
        object.__setattr__(self, "collections", tuple(names))


class Keys:
    """The keys of one data folder, in `keys.json`; a change is seen by running servers at their next request."""

    def __init__(self, data: Path) -> None:
        self.path = data / "keys.json"
        self.lock = FileLock(data / "keys.lock")  # between reading the file and writing it
        self._seen: tuple[int, ...] = ()
        self._keys: tuple[Key, ...] = ()

    def all(self) -> tuple[Key, ...]:
        """Every key, with its hash; raises SettingsError when the file cannot be read as keys."""
        try:
            stat = self.path.stat()
            if self._seen != (seen := (stat.st_mtime_ns, stat.st_size, stat.st_ino)):
                rows = json.loads(self.path.read_text())
                self._keys = tuple(Key(**row) for row in rows)
                self._seen = seen
        except FileNotFoundError:
            return ()
        except (ValueError, TypeError, OSError) as error:
            raise SettingsError(
                f"{self.path}: not a file of keys ({error}); remove it and add the keys again"
            ) from None
        return self._keys

    def add(self, name: str, *, write: bool = False, collections: Sequence[str] = ()) -> str:
        """Make a key and return it; it is shown only this once."""
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
            raise SettingsError(f"key name {name!r}: use 1 to 64 letters, digits, dots, dashes")
        text, now = (
            "fn_" + secrets.token_urlsafe(32),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.lock:
            if any(key.name == name for key in self.all()):
                raise SettingsError(f"key name {name!r}: taken; remove it first or choose another")
            key = Key(name, write, now, digest(text), tuple(collections))
            self._save((*self.all(), key))
        return text

    def remove(self, name: str) -> bool:
        """Whether there was one."""
        if not self.path.exists():
            return False
        with self.lock:
            kept = tuple(key for key in self.all() if key.name != name)
            if found := len(kept) < len(self.all()):
                self._save(kept)
        return found

    def match(self, text: str) -> Key | None:
        """The key that `text` is, in a time that does not depend on which one or how nearly."""
        given, found = digest(text), None
        for key in self.all():
            if hmac.compare_digest(given, key.sha256):
                found = key
        return found

    def _save(self, keys: tuple[Key, ...]) -> None:
        fresh = self.path.with_suffix(f".{os.getpid()}.tmp")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump([asdict(key) for key in keys], file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
