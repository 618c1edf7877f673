"""Handing e-mail over: to a real server on loopback, in clear and in secret."""

import socket
import ssl
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.clock import SystemClock
from bot.ways_out.smtp import Mailer, MailError, Relay
from tests.ways_out.mail_server import MailServer


def message() -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Hello"
    made.set_content("Hello Kim")
    return made


async def send(mailer: Mailer, to: str = "kim@example.org") -> None:
    await mailer.send(message(), sender="hello@example.org", to=to)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for localhost that nobody else trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), SystemClock().now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def served_with(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_it_is_taken(post_office: MailServer) -> None:
    await send(Mailer(Relay.of(post_office.url)))
    [taken] = post_office.taken
    assert (taken.sender, taken.to) == ("hello@example.org", ["kim@example.org"])


async def test_over_starttls_with_a_password(certificate: Path) -> None:
    server = MailServer(tls=served_with(certificate), password="se@cret")
    async with server.listening():
        url = f"smtp+starttls://kim:se%40cret@localhost:{server.port}"
        trusting = ssl.create_default_context(cafile=str(certificate))
        await send(Mailer(Relay.of(url), tls=trusting))
        assert server.logins == [("kim", "se@cret")]
        assert len(server.taken) == 1
        with pytest.raises(MailError, match="cannot be reached") as caught:
            await send(Mailer(Relay.of(url)))  # nobody vouches for that certificate
        assert not caught.value.is_final
        wrong = url.replace("se%40cret", "wrong")
        with pytest.raises(MailError, match="refuses our password") as caught:
            await send(Mailer(Relay.of(wrong), tls=trusting))
        assert not caught.value.is_final
        assert "wrong" not in str(caught.value)
        assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("refusal", "is_final"),
    [("451 try later", False), ("452 too much", False), ("554 never", True), ("550 no", True)],
)
async def test_what_is_refused_for_good_is_told_from_what_is_not(
    post_office: MailServer, refusal: str, *, is_final: bool
) -> None:
    post_office.refusals = [refusal]
    with pytest.raises(MailError, match=refusal) as caught:
        await send(Mailer(Relay.of(post_office.url)))
    assert caught.value.is_final is is_final


async def test_an_unknown_address_is_refused_for_good(post_office: MailServer) -> None:
    post_office.unknown = {"kim@example.org"}
    with pytest.raises(MailError, match=r"550 5\.1\.1 no such user") as caught:
        await send(Mailer(Relay.of(post_office.url)))
    assert caught.value.is_final


async def test_the_address_that_the_server_repeats_is_not_kept(post_office: MailServer) -> None:
    post_office.refusals = ["550 <Kim@example.org>: no such user"]
    with pytest.raises(MailError) as caught:
        await send(Mailer(Relay.of(post_office.url)))
    assert str(caught.value) == "550 <…>: no such user"


async def test_nobody_there_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(MailError, match="cannot be reached") as caught:
            await send(Mailer(Relay.of(url)))
    assert not caught.value.is_final


def test_a_password_is_in_no_text_of_it() -> None:
    relay = Relay.of("smtps://kim:hunter2@mail.example.org")
    assert relay.password == "hunter2"
    assert (relay.port, relay.scheme) == (465, "smtps")
    assert "hunter2" not in repr(relay)
