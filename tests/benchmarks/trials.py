"""Tries what a machine does to a service, and prints what came of each as a table; exit 1 when one ends in neither a clear line
nor a whole index.

    python tests/benchmarks/trials.py [--kills 20] [--only NAME ...]

Everything stays in a temporary folder and on loopback. As root a small tmpfs is the full disk and a user without rights meets
the read-only folder; otherwise a limit on the size of files and the folder's own permissions stand in for them.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from kills import ORIGIN, Bags, articles, finish, forked

from index import plan
from index.index import Index
from index.lock import locked
from index.store import StoreError
from qa.endpoint import sessions
from qa.endpoint.keys import Keys
from qa.settings import SettingsError
from ui.upkeep import backup, restore

COUNT = 30  # articles of the index that is tried
NOBODY = 65_534
DONE = "done"
ROOM = 40_000  # bytes left on a full disk: a write begins and cannot end
BACKUPS = 4  # taken while an ingest writes
ONE_LINE = (StoreError, SettingsError, ValueError, OSError)  # what the command line says in one


class Wrong(Exception):
    """Neither a clear line nor a whole index."""


def fill(folder: Path, edition: int = 1) -> None:
    with Index.open(folder, Bags()) as index:
        index.ingest(articles(COUNT, edition), missing_from=[ORIGIN])


def look(folder: Path) -> str:
    """Which edition of the articles an index holds; raises Wrong when it is damaged or holds what nobody wrote."""
    with Index.open(folder, Bags()) as index:
        if wrong := index.doctor():
            raise Wrong(f"the doctor says {wrong}")
        there = {one.id: one.hash for one in index.articles()}
    editions = [{one.id: one.hash for one in articles(COUNT, number)} for number in (1, 2)]
    for number, edition in enumerate(editions, 1):
        if there == edition:
            return f"edition {number}"
    for id, hash in there.items():
        if hash not in [edition.get(id) for edition in editions]:
            raise Wrong("articles that nobody wrote")
    return f"{len(there)} whole articles"


def said(work: Callable[[], object]) -> str:
    """The one line that the work ends in, or what it returns; raises Wrong for any other error."""
    try:
        return str(work() or DONE)
    except ONE_LINE as error:
        line = str(error)
        if "\n" in line or ":" not in line:
            raise Wrong(f"not one clear line: {line!r}") from None
        return line
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(f"{type(error).__name__}: {error}") from error


def apart(work: Callable[[], object]) -> str:
    """The same in a child process, whose limits and user are its own; Chroma runs in children only, for they are forked."""
    ends, told = os.pipe()

    def tell() -> None:
        try:
            line = said(work)
        except Wrong as error:
            line = f"WRONG {error}"
        os.write(told, line.encode()[:4000])

    pid = forked(tell)
    os.close(told)
    with open(ends, "rb") as pipe:
        line = pipe.read().decode()
    finish(pid)
    if not line or line.startswith("WRONG"):
        raise Wrong(line or "the process died")
    return line


def filled(folder: Path, edition: int = 1) -> None:
    if (line := apart(lambda: fill(folder, edition))) != DONE:
        raise Wrong(line)


def whole(folder: Path) -> str:
    return apart(lambda: look(folder))


def killed(work: Callable[[], object], after: float) -> bool:
    """Whether the work was still going on when it was killed, so many seconds after its start."""
    pid = forked(lambda: (work(), None)[1])
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    return finish(pid) == signal.SIGKILL


def kill_backup(folder: Path, kills: int) -> str:
    data, saved, chance = folder / "data", folder / "saved.zip", random.Random(1)
    filled(data)
    began = time.perf_counter()
    backup(data, saved)
    length, complete = time.perf_counter() - began, saved.read_bytes()
    hit = sum(killed(lambda: backup(data, saved), chance.uniform(0, length)) for _ in range(kills))
    restore(folder / "other", saved)
    if whole(folder / "other") != "edition 1" or len(saved.read_bytes()) < len(complete) * 0.9:
        raise Wrong("the backup before was damaged")
    backup(data, saved)
    if left := [path.name for path in folder.iterdir() if path.name.startswith(".")]:
        raise Wrong(f"left behind: {left}")
    return f"{hit} killed; the file before stays, the next backup clears up; {whole(data)}"


def kill_restore(folder: Path, kills: int) -> str:
    data, saved, chance = folder / "data", folder / "saved.zip", random.Random(2)
    filled(folder / "second", 2)
    backup(folder / "second", saved)
    began = time.perf_counter()
    restore(folder / "second", saved)
    length, hit = time.perf_counter() - began, 0
    found = set[str]()
    filled(folder / "first")
    for _ in range(kills):
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(folder / "first", data)
        hit += killed(lambda: restore(data, saved), chance.uniform(0, length))
        found.add(whole(data))
    restore(data, saved)
    if not found <= {"edition 1", "edition 2"} or whole(data) != "edition 2":
        raise Wrong(f"a mixture: {found}")
    return f"{hit} killed; the index is the old or the new one ({', '.join(sorted(found))})"


def backup_during_writes(folder: Path, kills: int) -> str:
    data = folder / "data"
    filled(data)
    writer = forked(lambda: fill(data, 2))
    backups = []
    while len(backups) < BACKUPS and os.waitpid(writer, os.WNOHANG) == (0, 0):
        backups.append(folder / f"{len(backups)}.zip")
        backup(data, backups[-1])
    if len(backups) == BACKUPS:
        finish(writer)
    found = set()
    for number, saved in enumerate(backups):
        restore(folder / f"restored{number}", saved)
        found.add(whole(folder / f"restored{number}"))
    return (
        f"{len(backups)} taken during an ingest, each restores whole ({', '.join(sorted(found))})"
    )


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of 16 MB at `folder`; False where it cannot be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=False)


def crowded(disk: Path, mounted: bool, work: Callable[[], object]) -> Callable[[], object]:
    """The work on a disk with little room left, or under a limit on files that comes to the same."""
    if mounted:
        there = os.statvfs(disk)
        (disk / "ballast").write_bytes(b"x" * (there.f_bavail * there.f_bsize - ROOM))
        return work

    def limit() -> object:
        sizes = [path.stat().st_size for path in disk.rglob("*")]
        most = max([0, *sizes]) + ROOM
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        return work()

    return limit


def full_disk(folder: Path, kills: int) -> str:
    with small_disk(folder / "disk") as mounted:
        data = folder / "disk" / "data"
        filled(data)
        line = apart(crowded(folder / "disk", mounted, lambda: fill(data, 2)))
        if line == DONE:
            raise Wrong("the disk was not full")
        (folder / "disk" / "ballast").unlink(missing_ok=True)
        state = whole(data)
        filled(data, 2)
        return f"{line}; with room again: {state}, then {whole(data)}"


def full_disk_of_a_backup(folder: Path, kills: int) -> str:
    filled(folder / "data")
    with small_disk(folder / "disk") as mounted:
        saved = folder / "disk" / "saved.zip"
        work = crowded(folder / "disk", mounted, lambda: backup(folder / "data", saved))
        line = apart(work)
        if saved.exists() or line == DONE:
            raise Wrong("a backup of half an index")
    return f"{line}; {whole(folder / 'data')}"


def read_only(folder: Path, kills: int) -> str:
    data = folder / "data"
    filled(data)
    lines = []
    for path in [data, *data.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for above in (folder, folder.parent):
        above.chmod(0o755)

    def as_nobody(work: Callable[[], object]) -> Callable[[], object]:
        def change() -> object:
            if os.getuid() == 0:
                os.setgroups([])
                os.setuid(NOBODY)
            return work()

        return change

    for work in (lambda: fill(data, 2), lambda: Keys(data).add("desk")):
        lines.append(apart(as_nobody(work)))
    if DONE in lines:
        raise Wrong("it was written")
    for path in [data, *data.rglob("*")]:
        path.chmod(0o755)
    return f"{' / '.join(lines)}; {whole(data)}"


def clock_set_back(folder: Path, kills: int) -> str:
    keys = Keys(folder)
    keys.add("desk")
    (key,) = keys.all()
    now, held = sessions.LASTS, sessions.Sessions(folder, keys)
    sessions.LASTS = now + timedelta(days=365)
    token = held.start(key)
    sessions.LASTS = now
    if held.match(token) is not None:
        raise Wrong("a session of a year")
    filled(folder / "data")
    return f"a session that would last a year longer has ended; {whole(folder / 'data')}"


def port_in_use(folder: Path, kills: int) -> str:
    from qa.settings import Settings
    from ui.serve import listen

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = said(lambda: listen(Settings(data=folder, port=port)).__enter__())
    if "is free" not in line:
        raise Wrong(line)
    return line


def second_on_one_folder(folder: Path, kills: int) -> str:
    filled(folder / "data")
    with locked(folder / "data"):
        line = apart(lambda: fill(folder / "data", 2))
    if "in use by process" not in line:
        raise Wrong(line)
    return f"{line}; {whole(folder / 'data')}"


def open_to_all_without_keys(folder: Path, kills: int) -> str:
    from qa.endpoint.exposure import check_exposure
    from qa.settings import Settings

    lines = {
        said(lambda host=host: check_exposure(Settings(data=folder, host=host), Keys(folder)))
        for host in ("0.0.0.0", "::")
    }
    if DONE in lines:
        raise Wrong("it starts")
    return sorted(lines)[0]


def ipv6(folder: Path, kills: int) -> str:
    import httpx
    from starlette.responses import PlainTextResponse
    from uvicorn import Config, Server

    from qa.endpoint.access import Gate
    from qa.settings import Settings
    from ui.serve import listen

    settings, keys = Settings(data=folder, host="::1", port=0), Keys(folder)
    gate = Gate(PlainTextResponse("here"), settings, keys, sessions.Sessions(folder, keys))
    with listen(settings) as listening:
        port = listening.getsockname()[1]
        config = Config(gate, log_level="error", lifespan="off")
        pid = forked(lambda: Server(config).run(sockets=[listening]))
        transport = httpx.HTTPTransport(retries=9)
        with httpx.Client(
            transport=transport, base_url=f"http://[::1]:{port}", timeout=30
        ) as client:
            own = client.get("/v1/models").status_code
            other = client.get("/v1/models", headers={"host": "[2001:db8::1]"}).status_code
        os.kill(pid, signal.SIGTERM)
        finish(pid)
    if (own, other) != (200, 403):
        raise Wrong(f"{own} and {other}")
    return "served on [::1]; a name that points there is refused"


TRIALS: dict[str, Callable[[Path, int], str]] = {
    "kill -9 during a backup": kill_backup,
    "kill -9 during a restore": kill_restore,
    "backup during writes": backup_during_writes,
    "disk full during an ingest": full_disk,
    "disk full during a backup": full_disk_of_a_backup,
    "read-only data folder": read_only,
    "clock set back": clock_set_back,
    "port in use": port_in_use,
    "second process on one folder": second_on_one_folder,
    "0.0.0.0 and :: without keys": open_to_all_without_keys,
    "IPv6": ipv6,
}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--only", nargs="*", default=list(TRIALS), help="names of trials")
    given = parser.parse_args()
    plan.BATCH = 20
    failed = 0
    print("| tried | what came of it |\n| --- | --- |")
    for name in given.only:
        with tempfile.TemporaryDirectory() as folder:
            try:
                line = TRIALS[name](Path(folder), given.kills)
            except (Wrong, *ONE_LINE) as error:
                failed += 1
                line = f"**WRONG** {type(error).__name__}: {' '.join(str(error).split())}"
            print(f"| {name} | {line.replace(folder, '…')} |", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
