"""Signatures, as receivers check them: with the specification's own library."""

from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bot.clock import SystemClock
from bot.ways_out.signing import signed_headers
from storage.web_hooks import new_secret

BODY = b'{"type":"lead.sent","data":{"borough":"sefton"}}'


def test_a_receiver_takes_it_with_either_secret_and_with_no_other() -> None:
    new, former = new_secret(), new_secret()
    now = SystemClock().now()
    headers = dict(signed_headers(event="evt_lead_1", body=BODY, at=now, secrets=[new, former]))
    for secret in (new, former):
        assert Webhook(secret).verify(BODY, headers)["type"] == "lead.sent"
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(BODY, {**headers, "webhook-id": "evt_lead_2"})


def test_it_is_signed_as_the_specification_has_it() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed_headers(
        event="msg_p5jXN8AQM9LWM0D4loKWxJek", body=b'{"test": 2432232314}', at=at, secrets=[secret]
    )
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
