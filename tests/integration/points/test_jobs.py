"""The jobs of points: each may run late, twice, or with another beside it."""

import threading
from datetime import timedelta

from sqlalchemy import text

from app.jobs import expiry, lapse, notices
from app.kernel.session import transaction
from points import commands, queries
from tests.builders import points as build
from tests.builders.points import NOON, Done
from tests.obligations import obligation

TODAY = NOON.date()
AFTER_FIVE_YEARS = NOON + timedelta(days=1827)


def commit_holders(count, points=100_00):
    with transaction() as session:
        build.rule(session)
        ready = build.scene(session)
        shop = build.shop(session)
        holders = [build.holder(session) for _ in range(count)]
        build.behave(session, ready, [Done(one.id, TODAY, points) for one in holders], at=NOON)
        build.issue(session, at=NOON)
        offer = build.offer(session, shop, stock=1_000)
    return holders, offer


@obligation("Q-23")
def test_lapse_gives_back_all_that_is_due_and_nothing_twice(committed):
    holders, offer = commit_holders(5)
    for holder in holders:
        with transaction() as session:
            commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=NOON)
    end = NOON + timedelta(days=7)

    assert lapse.run(end - timedelta(seconds=1)) == "0 reservations"
    assert lapse.run(end) == "5 reservations"
    assert lapse.run(end) == "0 reservations"

    with transaction() as session:
        assert {queries.spendable(session, holder.id, TODAY) for holder in holders} == {100_00}
        assert queries.offer(session, offer.id).left == 1_000


@obligation("CQ-34.9")
def test_expiry_sweeps_all_that_is_over_and_nothing_twice(committed):
    commit_holders(5)

    assert expiry.run(NOON) == "0 lots, 0 hundredths"
    assert expiry.run(AFTER_FIVE_YEARS) == "5 lots, 50000 hundredths"
    assert expiry.run(AFTER_FIVE_YEARS) == "0 lots, 0 hundredths"


@obligation("CQ-34.9")
def test_notices_are_written_once_however_often_the_job_runs(committed):
    commit_holders(3)

    for day in range(1_780, 1_827):
        notices.run(NOON + timedelta(days=day))
    notices.run(NOON + timedelta(days=1_826 - 7))

    with transaction() as session:
        written = session.execute(
            text("select payload->>'days', channel, count(*) from outbox_message"
                 " where template = 'points.expiry_notice' group by 1, 2 order by 1, 2")
        ).all()  # fmt: skip
    assert [tuple(row) for row in written] == [("30", "in_app", 3), ("7", "in_app", 3), ("7", "sms", 3)]


@obligation("CQ-34.9", "Q-23")
def test_all_jobs_at_once_beside_people_leave_the_books_in_order(committed):
    holders, offer = commit_holders(6)
    for holder in holders[:3]:
        with transaction() as session:
            commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=NOON)
    jobs = [lapse.run, expiry.run, notices.run] * 2
    troubles: list[Exception] = []

    def run(job):
        try:
            job(AFTER_FIVE_YEARS)
        except Exception as trouble:  # noqa: BLE001  seen by the test
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    with transaction() as session:
        queries.at_one_moment(session)
        report = queries.books_check(session)
    assert report.agrees, report.disagreements
    assert (report.totals["available"], report.totals["reserved"], report.totals["expired"]) == (0, 0, 600_00)
