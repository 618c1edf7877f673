"""Where web hooks may lead, and where they never do."""

import ipaddress

import pytest

from bot.ways_out.guard import Guard, RefusedAddressError, is_public

OPEN = Guard()
INSIDE = Guard.of("10.1.0.0/16, crm.internal fd00:1::/32")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/hook",
        "https://example.org:8443/hook?token=x",
        "https://93.184.216.34/hook",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/hook",
        "https://bücher.example/hook",
    ],
)
def test_public_addresses_over_https_are_taken(url: str) -> None:
    assert OPEN.check_url(url).scheme == "https"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "ftp://example.org/hook",
        "file:///etc/passwd",
        "//example.org/hook",
        "example.org/hook",
        "https:///hook",
        "https://kim:secret@example.org/hook",
        "https://kim@example.org/hook",
        "https://example.org:25/hook",
        "https://example.org:22/hook",
        "https://example.org:0/hook",
        "https://example.org:70000/hook",
        "https://example.org/ho ok",
        "https://example.org/\r\nHost: inside",
        "https://example.org/" + "x" * 2000,
        "https://127.0.0.1/",
        "https://127.9.9.9/",
        "https://127.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f.1/",
        "https://127.0.0.1./",
        "https://example.0x1/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://168.63.129.16/",
        "https://100.64.0.1/",
        "https://100.100.100.200/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://192.0.0.192/",
        "https://198.18.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:7f00:1::]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
    ],
)
def test_all_else_is_refused(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        OPEN.check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.internal:81/hook",
        "http://CRM.internal./hook",
        "http://10.1.2.3/hook",
        "https://10.1.2.3/hook",
        "http://[::ffff:10.1.2.3]/hook",
        "http://[fd00:1::5]/hook",
    ],
)
def test_what_the_settings_name_is_taken_also_in_clear(url: str) -> None:
    assert INSIDE.check_url(url).host


@pytest.mark.parametrize(
    "url",
    [
        "http://10.2.0.1/",
        "https://10.2.0.1/",
        "http://crm.internal.example.org/",
        "http://internal/",
        "https://[fd00:2::5]/",
        "http://kim:secret@crm.internal/",
    ],
)
def test_and_nothing_beside_it(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        INSIDE.check_url(url)


def test_a_name_is_refused_if_any_of_its_addresses_is() -> None:
    public, private = ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("10.1.0.1")
    OPEN.check_addresses("example.org", [public])
    with pytest.raises(RefusedAddressError, match=r"example\.org leads to 10\.1"):
        OPEN.check_addresses("example.org", [public, private])
    INSIDE.check_addresses("example.org", [public, private])
    INSIDE.check_addresses("crm.internal", [ipaddress.ip_address("192.168.0.9")])


def test_an_address_in_a_translated_range_counts_as_what_it_stands_for() -> None:
    assert is_public(ipaddress.ip_address("64:ff9b::5db8:d822"))
    assert not is_public(ipaddress.ip_address("64:ff9b::a00:1"))


@pytest.mark.parametrize(
    "words", ["10.0.0.0/99", "https://example.org", "ex ample/8", "10.0.0.1/8"]
)
def test_a_list_that_cannot_be_read_is_said(words: str) -> None:
    with pytest.raises(ValueError, match="is n"):
        Guard.of(words)
