"""Checking a certificate of cancellation (注销证明核验): where its QR code leads, and its files."""

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.door.access import current_actor, requires
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry.certificates import OpenCertificate, as_pdf, open_certificate
from app.web.presentation import amounts
from app.web.presentation.language import current_language, gettext
from app.web.presentation.masks import masked_name
from app.web.presentation.preferences import Language
from app.web.public import certificate_words
from app.web.public.blueprint import blp
from cqcer import queries
from cqcer.errors import CertificateNotFound


@blp.get("/verify")
@requires(Permission.READ_PUBLIC)
def verify() -> str | Redirect:
    """Ask for the number of a certificate."""
    asked = (request.args.get("number") or "").strip()
    if asked:
        with transaction() as session:
            number = open_certificate(session, asked).number
        return redirect(url_for("public.certificate", number=number))
    return render_template("public/verify.html")


@blp.get("/verify/<number>")
@requires(Permission.READ_PUBLIC)
def certificate(number: str) -> str:
    """Check a certificate's signature anew and show what it says; a natural person's name is masked."""
    with transaction() as session:
        found = open_certificate(session, number)
        own = _is_own(found)
    name = found.told["beneficiary"]["name"]
    shown = masked_name(name) if found.of_person and not own else name
    return render_template(
        "public/certificate.html", found=found, name=shown, files=own or not found.of_person
    )


@blp.get("/verify/<number>/certificate.pdf")
@requires(Permission.READ_PUBLIC)
def certificate_pdf(number: str) -> Response:
    """Send the certificate as PDF/A; one that names a natural person goes to that person alone."""
    found = _to_take_away(number)
    english = current_language() is Language.ENGLISH
    body = as_pdf(
        found,
        language="en" if english else "zh",
        address=url_for("public.certificate", number=found.number, _external=True),
        words=certificate_words.fixed(),
        statement=certificate_words.statement(found),
        facts=certificate_words.facts(found),
        quantity=amounts.grouped(found.told["quantity_t"]),
    )
    return _file(body, "application/pdf", f"{found.number}.pdf")


@blp.get("/verify/<number>/certificate.json")
@requires(Permission.READ_PUBLIC)
def certificate_json(number: str) -> Response:
    """Send what was signed, the signature and the public key, for anyone to check without us."""
    found = _to_take_away(number)
    answer: Response = certificate_words.as_json(found.plain())
    return _file(answer.get_data(), "application/json", f"{found.number}.json")


def _to_take_away(number: str) -> OpenCertificate:
    with transaction() as session:
        found = open_certificate(session, number)
        if found.of_person and not _is_own(found):
            raise CertificateNotFound(number=number[:40], hint=gettext("个人的证明只能由本人下载"))
    return found


def _is_own(found: OpenCertificate) -> bool:
    actor = current_actor()
    if actor.person_id is None and actor.organisation_id is None:
        return False
    with transaction() as session:
        account = queries.account_of(
            session,
            organisation_id=actor.organisation_id,
            person_id=None if actor.organisation_id is not None else actor.person_id,
        )
        return account is not None and account.id == found.account_id


def _file(body: bytes, media_type: str, name: str) -> Response:
    answer = Response(body, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
