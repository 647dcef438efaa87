"""One-time codes by SMS (短信验证码): five minutes, five tries, once, for one purpose and browser."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.identity.errors import CodesTooOften
from app.identity.methods.codes import code_digits
from app.identity.methods.phones import phone_number
from app.identity.models import OneTimeCode
from app.identity.queries.people import phone_hash
from app.identity.values import Caller, CodeVerdict, IssuedCode, Purpose
from app.kernel.limits import Limit, hit
from app.kernel.secrets import keyring, same
from app.kernel.sources import cites

LIFE: Final = timedelta(minutes=5)
TRIES: Final = 5
PER_PHONE: Final = ((1, timedelta(minutes=1)), (5, timedelta(hours=1)), (10, timedelta(days=1)))
PER_ADDRESS: Final = (Limit(30, 600), Limit(300, 86_400))  # many phones share one address of a network
PER_NETWORK: Final = (Limit(300, 600),)
IN_ALL: Final = (Limit(20_000, 3_600),)


@cites("T-50", "T-51")
def issue_code(
    session: Session, *, phone: str, purpose: Purpose, browser: str, caller: Caller, at: datetime
) -> IssuedCode:
    """Make a code for a phone; whether somebody is registered with it makes no difference.

    Args:
        browser: a secret of the browser that asks; the code works in it alone.

    Raises:
        PhoneMalformed: it is no phone number.
        CodesTooOften: one a minute, five an hour and ten a day are sent to a phone.
        TooMany: too many were asked for from this address or network, or in all.

    Source: T-50, T-51.
    """
    number = phone_number(phone)
    digest = phone_hash(number)
    session.execute(
        text("select pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(digest[:8], "big", signed=True)}
    )
    for times, period in PER_PHONE:
        sent, first = session.execute(
            select(func.count(), func.min(OneTimeCode.created_at)).where(
                OneTimeCode.phone_hash == digest, OneTimeCode.created_at > at - period
            )
        ).one()
        if sent >= times:
            raise CodesTooOften(retry_after=max(1, int((first + period - at).total_seconds()) + 1))
    hit(session, bucket=f"code:address:{_bucket(caller.address)}", limits=PER_ADDRESS, at=at)
    hit(session, bucket=f"code:network:{_bucket(caller.network)}", limits=PER_NETWORK, at=at)
    hit(session, bucket="code:all", limits=IN_ALL, at=at)
    code = f"{secrets.randbelow(1_000_000):06d}"
    session.add(
        OneTimeCode(
            phone_hash=digest,
            purpose=purpose.value,
            browser_hash=_browser_hash(browser),
            code_hash=_code_hash(number, purpose, code),
            created_at=at,
            expires_at=at + LIFE,
            tries=0,
        )
    )
    session.flush()
    return IssuedCode(number, code)


@cites("T-50")
def try_code(
    session: Session, *, phone: str, purpose: Purpose, browser: str, code: str, at: datetime
) -> CodeVerdict:
    """Try a code on the latest one that this browser asked for; each try is counted, a right one is used up.

    The caller commits and only then checks the verdict, so that a wrong try counts.

    Raises:
        PhoneMalformed: it is no phone number.

    Source: T-50.
    """
    number = phone_number(phone)
    kept = session.scalar(
        select(OneTimeCode)
        .where(
            OneTimeCode.phone_hash == phone_hash(number),
            OneTimeCode.purpose == purpose.value,
            OneTimeCode.browser_hash == _browser_hash(browser),
        )
        .order_by(OneTimeCode.created_at.desc(), OneTimeCode.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if kept is None or kept.used_at is not None or kept.expires_at <= at or kept.tries >= TRIES:
        return CodeVerdict(accepted=False)
    kept.tries += 1
    digits = code_digits(code)
    if digits is not None and same(kept.code_hash, _code_hash(number, purpose, digits)):
        kept.used_at = at
    session.flush()
    return CodeVerdict(accepted=kept.used_at is not None)


@cites("T-51")
def forget_codes(session: Session, *, at: datetime) -> int:
    """Delete codes that no limit counts any more; return how many.

    Source: T-51.
    """
    gone = session.execute(
        delete(OneTimeCode).where(OneTimeCode.created_at < at - timedelta(days=2)).returning(OneTimeCode.id)
    )
    return len(gone.all())


def _bucket(value: str) -> str:
    return keyring().keyed_hash(value, purpose="rate_counter").hex()[:24]


def _browser_hash(browser: str) -> bytes:
    return keyring().keyed_hash(browser, purpose="one_time_code.browser")


def _code_hash(number: str, purpose: Purpose, code: str) -> bytes:
    return keyring().keyed_hash(f"{purpose.value}:{number}:{code}", purpose="one_time_code.code")
