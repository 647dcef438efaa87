"""The application starts from its environment as any server starts it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.demonstration import world
from app.kernel.secrets import Keyring
from app.settings import DEMO_TOTP_SECRET

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json
from wsgi import app
browser = app.test_client()
ready = browser.get("/readyz")
sent = browser.post("/sign-in", data={"phone": "13812345678"})
page = browser.get("/staff/sign-in")
print(json.dumps({
    "ready": ready.status_code,
    "token": sent.status_code,
    "hint": "\\u6f14\\u793a\\u73af\\u5883" in page.text,
    "cookie": page.headers.get("Set-Cookie", ""),
    "tls": "Strict-Transport-Security" in page.headers,
}))
"""


@pytest.mark.parametrize(("mode", "shows", "tls"), [("demo", True, False), ("production", False, True)])
def test_it_starts_from_the_environment(committed, tmp_path, mode, shows, tls):
    keys = tmp_path / "keys.json"
    keys.write_text(Keyring.make().to_json())
    environment = {
        **os.environ,
        "DATABASE_URL": committed.app,
        "TANHUITONG_MODE": mode,
        "TANHUITONG_SECRET_FILE": str(keys),
        "TANHUITONG_DATA_DIR": str(tmp_path / "data"),
    }

    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    told = lines[-1]
    assert told["ready"] == 200
    assert told["token"] == 400  # a form without its token
    assert told["hint"] is shows
    assert told["tls"] is tls
    assert told["cookie"].startswith("__Host-" if tls else "tht_visitor")
    requests = [line for line in lines if line.get("event") == "request"]
    assert [line["route"] for line in requests] == ["/sign-in", "/staff/sign-in"]
    assert all(line["request_id"] for line in requests)
    assert "13812345678" not in done.stdout


def test_without_keys_it_does_not_start(committed):
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": committed.app,
        "TANHUITONG_MODE": "production",
    }

    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "TANHUITONG_SECRET_FILE is not set" in done.stderr


def test_the_page_shows_the_second_factor_that_the_demonstration_has():
    assert world.TOTP_SECRET == DEMO_TOTP_SECRET
