"""How long the first ten minutes' waits are: python tests/benchmarks/start.py [--python python3.11] [--keep FOLDER]

Clones this repository into an empty folder, runs `make run` there on a free port with pip's cache as it is, and says
the seconds and the megabytes on disk until the page is served, the seconds of a second start, and the resident memory
once a question was answered. The goals: 90 s with packages cached, 1,600 MB, 10 s, 1,500 MB. Needs git and make.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
LONGEST = 1_800  # seconds
QUESTION = {"question": "How far can a Tomahawk fly?"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def started(folder: Path, python: str) -> Iterator[tuple[float, str, int]]:
    """Seconds from `make run` to the page, its address, and the process group."""
    port = free_port()
    begun = time.monotonic()
    command = ["make", "run", f"PYTHON={python}"]
    environment = os.environ | {"FOOTNOTE_PORT": str(port)}
    process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        while not served(address):
            if process.poll() is not None or time.monotonic() - begun > LONGEST:
                raise SystemExit(f"make run: ended with {process.poll()} before it served a page")
            time.sleep(0.1)
        yield time.monotonic() - begun, address, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def served(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).is_success
    except httpx.TransportError:
        return False


def megabytes_on_disk(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def resident(group: int) -> float:
    """Megabytes of the processes of a group, from Linux's /proc."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == group:
                lines = status.read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
        except (ProcessLookupError, FileNotFoundError):
            continue
    return total / 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default="python3.11")
    parser.add_argument("--keep", type=Path, help="Clone into this folder and leave it there.")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    clone = folder / "footnote"
    try:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        with started(clone, options.python) as (seconds, _, _):
            print(f"first start: {seconds:.0f} s, {megabytes_on_disk(clone):.0f} MB on disk")
        with started(clone, options.python) as (seconds, address, group):
            print(f"second start: {seconds:.1f} s")
            httpx.post(f"{address}/v1/answer", json=QUESTION, timeout=60, trust_env=False)
            print(f"memory with the reader loaded: {resident(group):.0f} MB resident")
    finally:
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
