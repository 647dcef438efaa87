"""Settings (配置): typed, from the environment, checked before anything starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from app import tables as _every_table  # noqa: F401  (foreign keys find their tables)
from app.journeys.webhooks import allow_loopback
from app.kernel import session as database
from app.kernel.documents import use_folder
from app.kernel.logs import configure_logs
from app.kernel.mail import MailSender, NobodyReads, NoServer, SmtpServer
from app.kernel.mail import use_sender as use_mail_sender
from app.kernel.secrets import Keyring, use_keyring
from app.kernel.sms import HttpGateway, NoGateway, ScreenOnly, SmsSender, use_sender

MEBIBYTE: Final = 1 << 20
DEMO_TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
"""The one second factor of all demonstration sign-ins; a demonstration guards nothing."""


class Mode(StrEnum):
    """What this installation is for."""

    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


class Setting(NamedTuple):
    """One variable of the environment, as the README shows it."""

    variable: str
    default: str
    meaning: str


TABLE: Final = (
    Setting("DATABASE_URL", "embedded", "address of PostgreSQL 15 or later, as `tht_app`"),
    Setting("TANHUITONG_MODE", "production", "`production`, or `demo`: codes are shown on the sign-in page"),
    Setting("TANHUITONG_SECRET_FILE", "none", "file with the installation's keys; production needs it"),
    Setting("TANHUITONG_DATA_DIR", "var/data", "folder of the stored documents"),
    Setting("TANHUITONG_TRUSTED_PROXIES", "0", "how many proxies in front add `X-Forwarded-*`"),
    Setting("TANHUITONG_MAX_UPLOAD_MB", "1024", "largest file of behaviours"),
    Setting("TANHUITONG_MAX_BODY_KB", "2048", "largest body of any other request"),
    Setting("TANHUITONG_SMS_URL", "none", "gateway of short messages; without one nobody can be sent a code"),
    Setting("TANHUITONG_SMS_KEY", "none", "key with which messages to the gateway are signed"),
    Setting(
        "TANHUITONG_SMTP_URL",
        "none",
        "mail server: `smtps://user:password@host`, or `smtp://` (STARTTLS)",
    ),
    Setting("TANHUITONG_MAIL_FROM", "none", "address from which letters come"),
    Setting("TANHUITONG_LOG_LEVEL", "INFO", "least level of log lines"),
    Setting("PROMETHEUS_MULTIPROC_DIR", "none", "folder in which several web processes add up their metrics"),
)


class SettingsWrong(Exception):
    """The environment lacks something or contradicts itself; the message is for a person."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation is told from outside.

    Attributes:
        trusted_proxies: how many hops of `X-Forwarded-*` are believed.
        csrf: off only where a test speaks about something else.
    """

    database_url: str
    mode: Mode
    secret_file: Path | None = None
    data_dir: Path = Path("var/data")
    trusted_proxies: int = 0
    max_upload_bytes: int = 1024 * MEBIBYTE
    max_body_bytes: int = 2 * MEBIBYTE
    sms_url: str | None = None
    sms_key: str = ""
    smtp_url: str | None = None
    mail_from: str = ""
    log_level: str = "INFO"
    csrf: bool = True

    @classmethod
    def from_environment(cls, given: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Raises:
            SettingsWrong: something needed is missing, or a value cannot be read.
        """
        found = dict(os.environ if given is None else given)
        try:
            mode = Mode(found.get("TANHUITONG_MODE") or "production")
        except ValueError:
            raise SettingsWrong("TANHUITONG_MODE is `production`, `demo` or `test`.") from None
        if not found.get("DATABASE_URL"):
            raise SettingsWrong("DATABASE_URL is not set. `make run` starts a database of its own.")
        secret_file = found.get("TANHUITONG_SECRET_FILE")
        if mode is not Mode.TEST and not secret_file:
            raise SettingsWrong("TANHUITONG_SECRET_FILE is not set: without keys nothing starts.")
        if secret_file and not Path(secret_file).is_file():
            raise SettingsWrong(f"There is no file of keys at {secret_file}.")
        level = (found.get("TANHUITONG_LOG_LEVEL") or "INFO").upper()
        if (
            mode is Mode.PRODUCTION
            and found.get("TANHUITONG_SMS_URL")
            and not found.get("TANHUITONG_SMS_KEY")
        ):
            raise SettingsWrong("TANHUITONG_SMS_KEY is not set: messages to the gateway are signed.")
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise SettingsWrong("TANHUITONG_LOG_LEVEL is DEBUG, INFO, WARNING or ERROR.")
        return cls(
            database_url=found["DATABASE_URL"],
            mode=mode,
            secret_file=Path(secret_file) if secret_file else None,
            data_dir=Path(found.get("TANHUITONG_DATA_DIR") or "var/data"),
            trusted_proxies=_number(found, "TANHUITONG_TRUSTED_PROXIES", 0, least=0),
            max_upload_bytes=_number(found, "TANHUITONG_MAX_UPLOAD_MB", 1024, least=1) * MEBIBYTE,
            max_body_bytes=_number(found, "TANHUITONG_MAX_BODY_KB", 2048, least=64) * 1024,
            sms_url=found.get("TANHUITONG_SMS_URL") or None,
            sms_key=found.get("TANHUITONG_SMS_KEY") or "",
            smtp_url=found.get("TANHUITONG_SMTP_URL") or None,
            mail_from=found.get("TANHUITONG_MAIL_FROM") or "",
            log_level=level,
        )

    @classmethod
    def for_tests(cls, *, csrf: bool = False, mode: Mode = Mode.TEST) -> "Settings":
        """Return settings of tests, which bring keys and database themselves."""
        return cls(database_url="", mode=mode, csrf=csrf, log_level="WARNING")

    @property
    def shows_codes(self) -> bool:
        """Tell whether one-time codes may stand on the sign-in page: never in production."""
        return self.mode is Mode.DEMO

    @property
    def secure(self) -> bool:
        """Tell whether cookies travel over TLS only."""
        return self.mode is Mode.PRODUCTION

    def sms_sender(self) -> SmsSender:
        """Return what sends short messages here.

        Raises:
            SettingsWrong: the gateway's address cannot be used.
        """
        if self.mode is Mode.DEMO:
            return ScreenOnly()
        if self.sms_url is None:
            return NoGateway()
        try:
            return HttpGateway(self.sms_url, self.sms_key.encode())
        except ValueError:
            raise SettingsWrong("TANHUITONG_SMS_URL begins with https://.") from None

    def mail_sender(self) -> MailSender:
        """Return what sends letters here.

        Raises:
            SettingsWrong: the server or the sender's address cannot be used.
        """
        if self.mode is Mode.DEMO:
            return NobodyReads()
        if self.smtp_url is None:
            return NoServer()
        try:
            return SmtpServer(self.smtp_url, self.mail_from)
        except ValueError:
            raise SettingsWrong(
                "TANHUITONG_SMTP_URL begins with smtps:// or smtp://, and TANHUITONG_MAIL_FROM is an address."
            ) from None

    def keyring(self) -> Keyring:
        """Read the keys.

        Raises:
            SettingsWrong: the file does not hold three keys.
        """
        if self.secret_file is None:
            raise SettingsWrong("There is no file of keys.")
        try:
            return Keyring.from_file(self.secret_file)
        except (ValueError, KeyError, TypeError):
            raise SettingsWrong(f"{self.secret_file} does not hold the installation's three keys.") from None


def prepare_process(settings: Settings) -> None:
    """Load keys, database, folder of documents and logs into this process: web, jobs or command."""
    configure_logs(settings.log_level)
    use_keyring(settings.keyring())
    database.configure(database.make_engine(settings.database_url))
    use_folder(settings.data_dir)
    use_sender(settings.sms_sender())
    use_mail_sender(settings.mail_sender())
    allow_loopback(settings.mode is Mode.DEMO)


def _number(found: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    try:
        number = int(found.get(name) or default)
    except ValueError:
        raise SettingsWrong(f"{name} is a whole number.") from None
    if number < least:
        raise SettingsWrong(f"{name} is at least {least}.")
    return number
