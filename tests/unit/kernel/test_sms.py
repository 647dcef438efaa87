"""Short messages go to the gateway signed, and nobody is told of one that was not taken."""

import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.kernel import sms

KEY = b"a key"


@pytest.fixture
def gateway():
    """A gateway on this machine that remembers what it took."""
    taken: list[tuple[object, bytes]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers[0] if answers else 200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", taken, answers
    server.shutdown()
    server.server_close()


def test_a_message_is_posted_with_its_signature(gateway):
    url, taken, _ = gateway

    sms.HttpGateway(url, KEY).send(phone="+8613812345678", text=sms.code_text("012345"))

    ((headers, body),) = taken
    assert json.loads(body) == {"phone": "+8613812345678", "text": sms.code_text("012345")}
    assert headers["X-Signature"] == hmac.digest(KEY, body, hashlib.sha256).hex()
    assert "012345" in json.loads(body)["text"]


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_gateway_that_refuses_is_told_as_unavailable(gateway, status):
    url, _, answers = gateway
    answers.append(status)

    with pytest.raises(sms.SmsUnavailable):
        sms.HttpGateway(url, KEY).send(phone="+8613812345678", text="x")


def test_a_gateway_that_is_away_is_told_as_unavailable():
    with pytest.raises(sms.SmsUnavailable):
        sms.HttpGateway("http://127.0.0.1:1/", KEY).send(phone="+8613812345678", text="x")
    with pytest.raises(sms.SmsUnavailable):
        sms.NoGateway().send(phone="+8613812345678", text="x")


@pytest.mark.parametrize(
    "url", ["http://sms.example/", "http://127.0.0.1.sms.example/", "ftp://sms.example/", "https://", ""]
)
def test_a_gateway_elsewhere_is_called_over_tls(url):
    with pytest.raises(ValueError, match="TLS"):
        sms.HttpGateway(url, KEY)
