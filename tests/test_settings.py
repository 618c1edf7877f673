"""Settings: documented, checked, and refused in one line that names them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import SettingError, Settings, read_settings, secret_key

ROOT = Path(__file__).parent.parent
TOKEN = "123456:" + "x" * 35
TABLE = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_table_names_every_setting_and_no_other() -> None:
    documented = TABLE.findall((ROOT / "docs/settings.md").read_text())
    assert sorted(documented) == sorted(name.upper() for name in Settings.model_fields)


def test_the_table_tells_the_defaults() -> None:
    rows = dict(
        re.findall(
            r"^\| `([A-Z_]+)` \| `([^`]+)` \|",
            (ROOT / "docs/settings.md").read_text(),
            re.MULTILINE,
        )
    )
    settings = Settings(_env_file=None)
    for name, default in rows.items():
        assert str(getattr(settings, name.lower())).removesuffix(".0") == default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "not a token"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_RATE", "0"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "nonsense"),
        ("DIALOGUES", "no/such/folder"),
        ("ENCODER_PATH", "no/such/file.onnx"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "example.org"),
        ("PREVIEW", "maybe"),
        ("STAFF_CHAT_ID", "the office"),
        ("TRUSTED_PROXIES", "proxy.internal"),
        ("TRUSTED_PROXIES", "10.1.2.3/16"),
        ("QUIET_HOURS", "8pm-9am"),
        ("QUIET_HOURS", "10:00-10:00"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "smtp://kim:secret@mail.example.org"),
        ("SMTP_URL", "smtps://mail.example.org:port"),
        ("MAIL_FROM", "Kim"),
        ("MAIL_FROM", "kim@example.org\nBcc: all@example.org"),
        ("WEBHOOK_ALLOW", "10.0.0.0/99"),
        ("WEBHOOK_ALLOW", "https://example.org"),
        ("SECRET_KEY", "short"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=f"^{name}: ") as caught:
        read_settings()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "token", "api_url", "taken"),
    [
        ("https://example.org", TOKEN, "https://api.telegram.org", True),
        ("https://example.org:8443/bot", TOKEN, "https://api.telegram.org", True),
        ("http://example.org", TOKEN, "https://api.telegram.org", False),
        ("https://example.org:5000", TOKEN, "https://api.telegram.org", False),
        ("https://example.org:port", TOKEN, "https://api.telegram.org", False),
        ("http://example.org:5000", TOKEN, "http://127.0.0.1:8081", True),
        ("http://example.org:5000", "", "https://api.telegram.org", True),
    ],
)
def test_telegram_itself_posts_only_to_https_on_few_ports(
    monkeypatch: pytest.MonkeyPatch, url: str, token: str, api_url: str, *, taken: bool
) -> None:
    monkeypatch.setenv("PUBLIC_URL", url)
    monkeypatch.setenv("TELEGRAM_TOKEN", token)
    monkeypatch.setenv("TELEGRAM_API_URL", api_url)
    if taken:
        assert read_settings().public_url == url
        return
    with pytest.raises(SettingError, match=r"^PUBLIC_URL: ") as caught:
        read_settings()
    assert "\n" not in str(caught.value)


def test_e_mail_comes_from_somewhere_and_no_secret_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SMTP_URL", "smtps://kim:hunter2@mail.example.org")
    with pytest.raises(SettingError, match=r"^MAIL_FROM: is needed with SMTP_URL"):
        read_settings()
    monkeypatch.setenv("MAIL_FROM", "Kim Example <kim@example.org>")
    assert "hunter2" not in repr(read_settings())
    monkeypatch.setenv("SMTP_URL", "gopher://kim:hunter2@mail.example.org")
    with pytest.raises(SettingError, match=r"^SMTP_URL: ") as caught:
        read_settings()
    assert "hunter2" not in str(caught.value)


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "STAFF_CHAT_ID", "DATABASE_URL", "QUIET_HOURS", "SECRET_KEY"):
        monkeypatch.setenv(name, "")
    settings = read_settings()
    assert (settings.token, settings.staff_chat_id, settings.quiet_hours) == (None, None, None)
    assert settings.database == "sqlite:///data/assistant.db"


def test_the_start_stops_with_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={"PORT": "none", "DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert re.fullmatch(r"error: PORT: [^\n]+\n", done.stderr)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    key, made_in = secret_key(settings)
    assert made_in == tmp_path / "secret.key"
    assert made_in.stat().st_mode & 0o077 == 0
    assert secret_key(settings) == (key, None)


def test_of_two_that_start_at_once_one_makes_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    first, _made_in = secret_key(settings)
    monkeypatch.setattr(Path, "exists", lambda _file: False)  # as the second one saw it
    assert secret_key(settings) == (first, None)
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_a_damaged_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("damaged")
    with pytest.raises(SettingError, match=r"^SECRET_KEY: "):
        secret_key(Settings(data_dir=tmp_path, _env_file=None))
