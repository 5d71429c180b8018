"""`footnote serve` as a process: says where it is, answers, stops cleanly when told to."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from qa.settings import Settings, SettingsError
from ui import serve

RUN = (sys.executable, "-c", "from ui.cli import main; main()", "serve", "--seed")


def test_it_serves_until_told_to_stop(tmp_path: Path) -> None:
    seeds, data = tmp_path / "seeds", tmp_path / "data"
    seeds.mkdir()
    (seeds / "tides.txt").write_text("The tides in Dover were high on Monday.")
    env = os.environ | {"FOOTNOTE_DATA": str(data), "FOOTNOTE_PORT": "0"}
    with subprocess.Popen(
        [*RUN, str(seeds)], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        address = process.stdout.readline().split()[1]
        told = (data / "serve.json").read_text()
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            health, page = client.get("/health").json(), client.get("/").text
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert address in told
    assert health["articles"] == 1
    assert "fn-reading" in page
    assert not (data / "serve.json").exists()


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with (
            pytest.raises(SettingsError, match=f"FOOTNOTE_PORT.*{port}.*choose"),
            serve.listen(Settings(data=tmp_path, port=port)),
        ):
            pass
