"""What units are used for: purposes, beneficiaries, the list for judicial subscription, certificates."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.errors import Forbidden
from app.kernel.permissions import ANYONE
from app.kernel.signing import is_signed
from app.reports.registry.certificates import as_pdf, open_certificate
from cqcer import commands, queries
from cqcer.errors import CertificateNotFound, ChecksFailed, FactorMissing, NotASinkProject
from cqcer.values import Category, MovementKind, MovementOrder, Purpose, RepresentativeRole
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.obligations import obligation


@pytest.fixture
def world(session):
    made = build.registry(session)
    made.at = build.issued(session, made, 1000)
    return made


@pytest.fixture
def bureau(session, world):
    return build.staff(session, world.owner.organisation.id, ANYONE | {build.P.KEEP_LISTS_OF_UNITS}, world.at)


def certified(session, world):
    made = queries.certificate_of(session, using.cancel(session, world, 7).id)
    assert made is not None
    return open_certificate(session, made.number)


def codes(refusal):
    return [one["code"] for one in refusal.value.details["checks"]]


@obligation("CQ-24.1", "CQ-27.1", "CQ-27.3")
@pytest.mark.parametrize(
    ("purpose", "kind", "name"),
    [
        (Purpose.EVENT_NEUTRALITY, "event", "2025 重庆马拉松"),
        (Purpose.OWN_OPERATIONS, "organisation", "某某能源有限公司"),
        (Purpose.PERSONAL, "person", "张三"),
        (Purpose.PUBLIC_BENEFIT, "public", "公众"),
    ],
)
def test_units_are_cancelled_for_a_purpose_and_certified(session, world, purpose, kind, name):
    done = using.cancel(session, world, 30, purpose, kind=kind, name=name)

    assert (done.state, queries.tally(session).cancelled) == ("executed", 30)
    made = queries.certificate_of(session, done.id)
    assert made is not None
    told = json.loads(made.content)
    assert (told["quantity_t"], told["purpose"]) == (30, purpose.value)
    assert told["beneficiary"] == {"kind": kind, "name": name}
    assert [one["quantity_t"] for one in told["units"]] == [30]
    assert open_certificate(session, f" {made.number.lower()} ").genuine


@obligation("CQ-24.1", "CQ-29.3")
def test_a_beneficiary_fits_the_purpose_or_nothing_is_reserved(session, world):
    with pytest.raises(ChecksFailed) as refusal:
        using.cancel(session, world, 5, Purpose.EVENT_NEUTRALITY, kind="person", name="张三")

    assert codes(refusal) == [4020]
    assert queries.tally(session) == (1000, 1000, 0, 0, 0, 0)


@obligation("Q-49")
def test_a_holder_confirms_with_a_fresh_factor_alone(session, world):
    order = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=5,
        giving_account_id=world.owner.account.id,
        purpose=Purpose.PUBLIC_BENEFIT,
        beneficiary_id=using.beneficiary(session, world, "public", "公众"),
    )
    made = commands.propose_movement(session, actor=world.owner.initiator, order=order, key="c", at=world.at)
    with pytest.raises(FactorMissing):
        commands.confirm_movement(session, actor=world.owner.confirmer, movement_id=made.id, at=world.at)

    representative = queries.current_representative(
        session, world.owner.confirmer, world.owner.account.id, RepresentativeRole.CONFIRMING
    )
    with pytest.raises(DBAPIError, match="fresh factor"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO movement_step (movement_id, number, act, state, actor, representative_id,"
                " second_factor, at, checks) VALUES (:m, 2, 'confirm', 'confirmed', :a, :r, false, :at, '[]')"
            ),
            {
                "m": made.id,
                "a": world.owner.confirmer.ref,
                "r": representative and representative.id,
                "at": world.at,
            },
        )


@obligation("CQ-24.3", "CQ-24.4", "CQ-27.2")
def test_judicial_subscription_takes_units_of_listed_sink_projects_alone(session):
    forest = build.registry(session, category=Category.SINK, years=40)
    forest.at = build.issued(session, forest, 100)
    bureau = build.staff(
        session, forest.owner.organisation.id, ANYONE | {build.P.KEEP_LISTS_OF_UNITS}, forest.at
    )
    with pytest.raises(ChecksFailed) as refusal:
        using.cancel(session, forest, 10, Purpose.JUDICIAL, kind="person", name="侵权人")
    assert codes(refusal) == [4013]

    commands.list_for_subscription(
        session,
        actor=bureau,
        project_id=forest.project.id,
        document_id=build.paper(session),
        at=forest.at,
    )
    done = using.cancel(session, forest, 11, Purpose.JUDICIAL, kind="person", name="侵权人")
    assert done.state == "executed"

    commands.end_listing(session, actor=bureau, project_id=forest.project.id, at=forest.at)
    with pytest.raises(ChecksFailed):
        using.cancel(session, forest, 12, Purpose.JUDICIAL, kind="person", name="侵权人")
    assert [one.delisted_by for one in queries.listings(session)] == [bureau.ref]


@obligation("CQ-24.3")
def test_the_list_takes_no_other_category_and_is_the_bureaus(session, world, bureau):
    paper = build.paper(session)
    with pytest.raises(NotASinkProject):
        commands.list_for_subscription(
            session, actor=bureau, project_id=world.project.id, document_id=paper, at=world.at
        )
    with pytest.raises(Forbidden):
        commands.list_for_subscription(
            session, actor=world.agency[0], project_id=world.project.id, document_id=paper, at=world.at
        )
    with pytest.raises(DBAPIError, match="sink projects"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO judicial_listing (project_id, document_id, listed_by, listed_at)"
                " VALUES (:p, :d, 'staff:1', :at)"
            ),
            {"p": world.project.id, "d": paper, "at": world.at},
        )


@obligation("CQ-29.1", "CQ-29.3")
def test_a_certificate_says_what_was_cancelled_and_nothing_else_by_sql(session, world):
    done = using.cancel(session, world, 7)
    made = queries.certificate_of(session, done.id)
    assert made is not None
    frozen = commands.propose_movement(
        session,
        actor=world.agency[0],
        order=MovementOrder(
            kind=MovementKind.FREEZE,
            quantity=3,
            giving_account_id=world.owner.account.id,
            ground_document_id=build.paper(session),
        ),
        key="f",
        at=world.at,
    )
    for movement, content in ((frozen.id, made.content), (done.id, made.content.replace("7", "8"))):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(
                text("INSERT INTO cancellation_certificate VALUES (:m, 'CC', :c, :s, :k, :at)"),
                {"m": movement, "c": content, "s": made.signature, "k": made.key_id, "at": world.at},
            )
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE cancellation_certificate SET content = content || ' '"))


@obligation("CQ-29.3")
def test_a_changed_certificate_is_not_genuine_and_a_wrong_number_finds_none(session, world):
    number = certified(session, world)
    changed = number.content.replace('"quantity_t":7', '"quantity_t":70')
    assert changed != number.content
    assert not is_signed(changed.encode(), number.signature, number.key, purpose="cancellation-certificate")
    assert not is_signed(number.content.encode(), number.signature, number.key, purpose="other")
    wrong = number.number[:-2] + f"{(int(number.number[-2:]) + 1) % 97:02d}"
    with pytest.raises(CertificateNotFound):
        open_certificate(session, wrong)


def test_the_file_is_the_same_every_time_and_carries_what_was_signed(session, world):
    found = certified(session, world)
    words = dict.fromkeys(
        [
            "title",
            "registry",
            "number",
            "unit",
            "check",
            "units",
            "serial",
            "tonnes",
            "signature",
            "how",
            "key",
            "attached",
            "footer",
        ],
        "词",
    )

    made = [
        as_pdf(
            found,
            language="zh",
            address="https://example.test/verify/1",
            words=words,
            statement="兹证明",
            facts=[("受益人", "公众")],
            quantity="7",
        )
        for _time in range(2)
    ]

    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-")
    assert b"pdfaid" in made[0]
    assert b"certificate.json" in made[0]


@obligation("CQ-29.2")
@pytest.mark.parametrize(
    "kind", [MovementKind.CANCEL, MovementKind.GIFT, MovementKind.DEPOSIT, MovementKind.FREEZE]
)
def test_cancelled_units_are_never_moved_again(session, world, kind):
    using.cancel(session, world, 1000)
    other = build.holder(session, world.agency[0])

    with pytest.raises(ChecksFailed) as refusal:
        commands.propose_movement(
            session,
            actor=world.agency[0] if kind is MovementKind.FREEZE else world.owner.initiator,
            order=MovementOrder(
                kind=kind,
                quantity=1,
                giving_account_id=world.owner.account.id,
                taking_account_id=other.account.id if kind is MovementKind.GIFT else None,
                purpose=Purpose.PUBLIC_BENEFIT if kind is MovementKind.CANCEL else None,
                beneficiary_id=using.beneficiary(session, world, "public", "公众"),
                ground_document_id=build.paper(session),
            ),
            key="again",
            at=world.at,
        )

    assert 4002 in codes(refusal)
    assert queries.tally(session) == (1000, 0, 0, 0, 0, 1000)
