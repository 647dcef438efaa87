"""A certificate of cancellation as people take it away (注销证明): checked anew, as JSON and as PDF/A."""

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
import typst
from sqlalchemy.orm import Session

from app.kernel import signing
from app.kernel.days import day_in_china
from app.kernel.errors import Unavailable
from app.kernel.sources import cites
from cqcer import queries
from cqcer.certificates import PURPOSE
from cqcer.models import Movement

FONTS: Final = Path(__file__).resolve().parents[3] / "build" / "fonts"
TEMPLATE: Final = Path(__file__).with_name("certificate.typ")


class TypefaceMissing(Unavailable):
    """The typeface of documents was not brought to this machine."""

    code = "certificate.typeface_missing"
    title = "暂时无法生成证明文件"


@dataclass(frozen=True, kw_only=True)
class OpenCertificate:
    """A certificate with what a check of it found just now."""

    number: str
    told: dict[str, Any]  # what was signed
    content: str
    signature: bytes
    key: bytes
    issued_at: datetime
    genuine: bool
    account_id: int  # whose units were cancelled

    @property
    def of_person(self) -> bool:
        """Tell whether it names a natural person, who is not shown to everybody."""
        return bool(self.told["beneficiary"]["kind"] == "person")

    def plain(self) -> dict[str, str]:
        """Return what anyone needs to check the signature without us."""
        return {
            "content": self.content,
            "signature": base64.b64encode(self.signature).decode(),
            "public_key": base64.b64encode(self.key).decode(),
            "algorithm": signing.ALGORITHM,
            "signed_bytes": f"tanhuitong/{PURPOSE}/v1\\n + content (UTF-8)",
        }


@cites("CQ-29.1", "CQ-29.3")
def open_certificate(session: Session, number: str) -> OpenCertificate:
    """Return a certificate and check its signature again.

    Raises:
        CertificateNotFound: none has this number.

    Source: CQ-29.1, CQ-29.3.
    """
    found = queries.certificate(session, number)
    of = session.get_one(Movement, found.certificate.movement_id)
    return OpenCertificate(
        number=found.certificate.number,
        told=json.loads(found.certificate.content),
        content=found.certificate.content,
        signature=found.certificate.signature,
        key=found.key.public_key,
        issued_at=found.certificate.issued_at,
        genuine=signing.is_signed(
            found.certificate.content.encode(),
            found.certificate.signature,
            found.key.public_key,
            purpose=PURPOSE,
        ),
        account_id=of.giving_account_id or 0,
    )


def as_pdf(
    certificate: OpenCertificate,
    *,
    language: str,
    address: str,
    words: Mapping[str, str],
    statement: str,
    facts: list[tuple[str, str]],
    quantity: str,
) -> bytes:
    """Return the certificate as PDF/A-3: the same bytes every time, the signed JSON attached.

    Args:
        address: of the page where anyone checks it; drawn as a QR code.
        words: fixed texts of the template in the language.
        facts: names and values, in order.

    Raises:
        TypefaceMissing: the typeface was not brought to this machine.
    """
    if not any(FONTS.glob("*.ttf")):
        raise TypefaceMissing
    told = {
        "lang": language,
        "number": certificate.number,
        "quantity": quantity,
        "date": list(day_in_china(certificate.issued_at).timetuple()[:3]),
        "statement": statement,
        "facts": facts,
        "words": dict(words),
        "qr": _qr(address),
        "units": [
            {"title": one["title"], "serial": one["serial"], "quantity": f"{one['quantity_t']:,}"}
            for one in certificate.told["units"]
        ],
        "signature": {
            "value": base64.b64encode(certificate.signature).decode(),
            "key": base64.b64encode(certificate.key).decode(),
        },
        "attached": json.dumps(certificate.plain(), ensure_ascii=False, indent=1),
    }
    made = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        pdf_standards="a-3b",
        timestamp=int(certificate.issued_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError(type(made).__name__)
    return made


@cache
def _fonts() -> typst.Fonts:
    # reading twenty megabytes of outlines takes longer than setting a page
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=1, xmldecl=False)
    return drawn.getvalue().decode()
