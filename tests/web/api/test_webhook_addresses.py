"""Webhooks go to public addresses over TLS and nowhere else (T-56)."""

import socket

import pytest

from app.journeys.webhooks.addresses import AddressRefused, is_reachable, resolve, target_of
from tests.obligations import obligation

REFUSED_URLS = (
    "http://example.com/hook",
    "ftp://example.com/hook",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/hook",
    "https:///hook",
    "https://",
    "https://example.com:22/hook",
    "https://example.com:99999/hook",
    "https://example.com:abc/hook",
    "https://user@example.com/hook",
    "https://user:secret@example.com/hook",
    "https://example.com@127.0.0.1/hook",
    "https://example.com#@127.0.0.1/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com/a b",
    "https://example.com/\r\nHost: inside",
    "https://example.com/\x00",
    "https://exämple.com/hook",
    "https://例子.中国/hook",
    "https://.example.com/",
    "https://exam_ple.com/",
    "https://localhost/hook",
    "https://LOCALHOST./hook",
    "https://127.0.0.1/hook",
    "https://127.9.9.9/hook",
    "https://[::1]/hook",
    "https://[::ffff:127.0.0.1]/hook",
    "https://[::ffff:10.0.0.1]/hook",
    "https://10.0.0.1/hook",
    "https://172.16.0.1/hook",
    "https://192.168.1.1/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/hook",
    "https://0.0.0.0/hook",
    "https://255.255.255.255/hook",
    "https://224.0.0.1/hook",
    "https://240.0.0.1/hook",
    "https://198.18.0.1/hook",
    "https://[fe80::1]/hook",
    "https://[fc00::1]/hook",
    "https://[ff02::1]/hook",
    "https://[::]/hook",
    "https://[64:ff9b::7f00:1]/hook",
    "https://[2002:7f00:1::]/hook",
    "https://[2001:0:7f00:1::]/hook",
    "https://[fe80::1%25eth0]/hook",
    "https://" + "a" * 500 + ".example.com/",
)

ACCEPTED_URLS = (
    "https://example.com",
    "https://example.com/hook?token=a%20b",
    "https://hooks.example.com:8443/tanhuitong",
    "https://xn--fsqu00a.xn--fiqs8s/hook",
    "https://93.184.216.34/hook",
    "https://[2606:2800:220:1:248:1893:25c8:1946]/hook",
)

NUMBERS_IN_DISGUISE = ("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost")


@obligation("T-56")
@pytest.mark.parametrize("url", REFUSED_URLS)
def test_what_is_not_a_public_https_address_is_refused(url):
    with pytest.raises(AddressRefused):
        target_of(url)


@pytest.mark.parametrize("url", ACCEPTED_URLS)
def test_public_https_addresses_are_taken_apart(url):
    target = target_of(url)

    assert target.secure
    assert target.port in {443, 8443}
    assert target.path.startswith("/")


@obligation("T-56")
@pytest.mark.parametrize("host", NUMBERS_IN_DISGUISE)
def test_loopback_in_disguise_is_refused_when_it_is_resolved(host):
    with pytest.raises(AddressRefused):
        resolve(target_of(f"https://{host}/"))


@obligation("T-56")
@pytest.mark.parametrize(
    "answers",
    [["10.0.0.8"], ["93.184.216.34", "127.0.0.1"], ["fe80::1%eth0"], ["::ffff:192.168.0.1"], []],
)
def test_a_name_with_one_address_inside_is_refused_whole(monkeypatch, answers):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (a, 443)) for a in answers])

    with pytest.raises(AddressRefused):
        resolve(target_of("https://example.com/"))


def test_a_public_name_gives_the_one_address_to_call(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.216.34", 443))])

    assert resolve(target_of("https://example.com/")) == "93.184.216.34"


def test_a_name_that_nobody_knows_is_refused(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(AddressRefused):
        resolve(target_of("https://example.com/"))


def test_public_addresses_of_both_kinds_are_reachable():
    assert is_reachable("93.184.216.34")
    assert is_reachable("2606:2800:220:1:248:1893:25c8:1946")
    assert not is_reachable("not an address")
