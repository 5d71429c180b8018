"""Sessions: who has logged in with a key, by a random token of which only the hash is kept."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qa.endpoint.keys import Key, Keys, digest
from qa.endpoint.rows import Rows

LASTS = timedelta(days=30)
SLACK = timedelta(days=1)  # by which a clock may be put right
MOST = 200  # of one key at a time; a newsroom may share one, and the oldest end first


@dataclass(frozen=True, slots=True)
class Session:
    """A session as kept: the hashes of its token and of the key that opened it, and when it ends
    (ISO, UTC)."""

    sha256: str
    key: str
    ends: str

    def __post_init__(self) -> None:
        """Raises ValueError or TypeError for an end that is no time with a zone."""
        if datetime.fromisoformat(self.ends).tzinfo is None:
            raise ValueError(f"{self.ends!r} has no zone")


class Sessions:
    """The sessions of one data folder, in `sessions.json`, so that they outlive a restart and all
    workers know them."""

    def __init__(self, data: Path, keys: Keys) -> None:
        self.keys = keys
        self._rows = Rows(data / "sessions.json", Session, "remove it; everybody logs in again")

    def start(self, key: Key) -> str:
        """Opens a session and returns its token, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        ends = (datetime.now(UTC) + LASTS).isoformat(timespec="seconds")
        made = Session(digest(token), key.sha256, ends)

        def added(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
            known = {one.sha256 for one in self.keys.all()}
            alive = [one for one in sessions if one.key in known and not _over(one)]
            same = [one for one in alive if one.key == key.sha256]
            oldest = same[: max(0, len(same) + 1 - MOST)]
            return (*(one for one in alive if one not in oldest), made)

        self._rows.change(added)
        return token

    def match(self, token: str) -> Key | None:
        """The key whose session this is: none after its end, after logging out, or when the key was
        removed or changed."""
        given, found = digest(token), None
        for session in self._rows.all():
            if hmac.compare_digest(given, session.sha256) and not _over(session):
                found = session.key
        return next((key for key in self.keys.all() if key.sha256 == found), None)

    def end(self, token: str) -> None:
        """Ends one session, if there is such a one."""
        gone = digest(token)
        self._rows.change(lambda rows: tuple(one for one in rows if one.sha256 != gone))

    def end_all(self, key: Key) -> int:
        """Ends every session of a key; how many there were."""
        ended: list[Session] = []

        def kept(rows: tuple[Session, ...]) -> tuple[Session, ...]:
            ended.extend(one for one in rows if one.key == key.sha256)
            return tuple(one for one in rows if one.key != key.sha256)

        self._rows.change(kept)
        return len(ended)


def _over(session: Session) -> bool:
    """An end too far ahead tells of a clock that was set back: it would come late, so it has
    come."""
    left = datetime.fromisoformat(session.ends) - datetime.now(UTC)
    return not timedelta() < left <= LASTS + SLACK
