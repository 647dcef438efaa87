"""Checks of batches of reductions, 3001 and on (减排量批次校验)."""

from typing import Final

from cqcer import crediting
from cqcer.checks import Check, Severity, unless
from cqcer.checks.cases import CASE_CHECKS, REGISTER, REVIEW, SUBMIT, UP_TO_NOTICE, UP_TO_REVIEW, UPLOAD
from cqcer.checks.facts import BatchFacts

DOCUMENTS: Final = frozenset({"accounting_report", "verification_report"})
POINTS: Final = frozenset({"methodology_followed", "as_designed", "conservative"})
"""Points of a verification report (CQ-19.1)."""


def _needed(facts: BatchFacts) -> frozenset[str]:
    if facts.rulebook.report_before_notice:
        return DOCUMENTS
    return frozenset({"accounting_report"})


def _young(facts: BatchFacts) -> bool:
    return crediting.is_young_enough(facts.period.first, facts.on, facts.rulebook.look_back_years)


def _last_safe(facts: BatchFacts) -> str:
    return crediting.last_safe_day(facts.period.first, facts.rulebook.look_back_years).isoformat()


def _in_order(facts: BatchFacts) -> bool:
    verified, replayed = facts.report.verified_t, facts.replayed_t
    # nationally no letter names a quantity: what is applied for is what was verified (CCER-21.2)
    letter = facts.letter_tonnes if facts.rulebook.letter_needed else facts.claimed_t
    if letter is None or verified is None or replayed is None or letter < 1:
        return False
    if facts.rulebook.quantity_equals_verified and letter != verified:
        return False
    return letter <= verified <= replayed


_OF_DAYS: Final = frozenset({3001, 3004, 3006, 3007, 3010})

BATCH_CHECKS: Final[tuple[Check[BatchFacts], ...]] = (
    *CASE_CHECKS,
    Check(
        code=3001,
        zh="项目未登记或已注销、撤销",
        en="The project is not registered, or no longer.",
        source="CQ-16.1",
        at=UP_TO_REVIEW | REGISTER,
        finds=lambda f: unless(f.project_registered),
    ),
    Check(
        code=3002,
        zh="缺少减排量核算报告、核查报告等申请材料",
        en="The accounting report, the verification report or other material is missing.",
        source="CQ-17.4",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(f.documents >= _needed(f), missing=sorted(_needed(f) - f.documents)),
    ),
    Check(
        code=3003,
        zh="减排量未关联监测数据、核算过程与证据",
        en="The claimed quantity is not linked to its monitoring data, calculation and evidence.",
        source="CQ-16.2",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(f.evidence_linked),
    ),
    Check(
        code=3004,
        zh="减排量产生时间过早",
        en="Reductions before the first usable day.",
        source="CQ-16.5",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(
            crediting.is_after(f.period.first, f.rulebook.reductions_after),
            first=f.period.first.isoformat(),
            after=f.rulebook.reductions_after.isoformat(),
        ),
    ),
    Check(
        code=3005,
        zh="减排量产生于重庆市行政区域之外",
        en="Reductions were generated outside Chongqing.",
        source="CQ-16.6",
        at=UP_TO_REVIEW,
        applies=lambda f: f.rulebook.reductions_within_chongqing,
        finds=lambda f: unless(f.within_chongqing),
    ),
    Check(
        code=3006,
        zh="批次有日期在项目计入期之外",
        en="A day of the batch lies outside the crediting period.",
        source="CQ-17.10",
        at=UP_TO_REVIEW | REGISTER,
        finds=lambda f: unless(crediting.contains(f.crediting, f.period)),
    ),
    Check(
        code=3007,
        zh="核算周期不是整年",
        en="The accounting cycle is not a whole number of years.",
        source="CQ-17.12",
        at=UP_TO_REVIEW,
        applies=lambda f: f.rulebook.whole_years,
        finds=lambda f: unless(crediting.whole_years(f.period) is not None),
    ),
    Check(
        code=3008,
        zh="申请登记时减排量产生已超过规定年限",
        en="Reductions are older than the look-back allows on the day of submission.",
        source="CQ-17.11",
        at=SUBMIT,
        finds=lambda f: unless(_young(f), last_safe_day=_last_safe(f)),
    ),
    Check(
        code=3009,
        zh="公示期间减排量可能超过规定年限",
        en="Reductions will be too old unless submitted by the day shown.",
        source="Q-06",
        at=UPLOAD,
        severity=Severity.WARNS,
        finds=lambda f: unless(_young(f), last_safe_day=_last_safe(f)),
    ),
    Check(
        code=3010,
        zh="与该项目其他批次时间重叠",
        en="The batch overlaps another batch of the project.",
        source="CQ-17.10",
        at=UP_TO_REVIEW | REGISTER,
        finds=lambda f: unless(
            not (hit := [p for p in f.other_periods if crediting.overlap(p, f.period)]),
            periods=[[p.first.isoformat(), p.last.isoformat()] for p in hit],
        ),
    ),
    Check(
        code=3011,
        zh="该项目另有批次正在办理登记",
        en="Another batch of the project is between submission and registration.",
        source="Q-08",
        at=SUBMIT,
        applies=lambda f: f.rulebook.frequency.value != "unlimited",
        finds=lambda f: unless(not f.other_case_running),
    ),
    Check(
        code=3012,
        zh="该项目本年度已登记过减排量",
        en="The project has had a batch registered this year.",
        source="CQ-20.7",
        at=REGISTER,
        finds=lambda f: unless(
            crediting.may_register_again(f.registered_on, f.on, f.rulebook.frequency),
            registered_on=[day.isoformat() for day in f.registered_on],
        ),
    ),
    Check(
        code=3013,
        zh="审定机构不得承担同一项目的核查",
        en="The body that validated the project cannot verify it.",
        source="CQ-17.3",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(not f.verified_by_validator),
    ),
    Check(
        code=3014,
        zh="核查报告未对规定各项逐一作出肯定结论",
        en="The verification report lacks a positive finding on one of its points.",
        source="CQ-19.1",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(f.report.findings >= POINTS, missing=sorted(POINTS - f.report.findings)),
    ),
    Check(
        code=3015,
        zh="核查报告未确定核查减排量",
        en="The verification report fixes no verified quantity.",
        source="CQ-19.2",
        at=UP_TO_NOTICE | SUBMIT | REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless((f.report.verified_t or 0) >= 1),
    ),
    Check(
        code=3016,
        zh="核查减排量超过复算结果",
        en="The verified quantity is more than the replayed calculation gives.",
        source="CQ-42.12",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed and f.report.verified_t is not None,
        finds=lambda f: unless(
            f.replayed_t is not None
            and f.report.verified_t is not None
            and f.report.verified_t <= f.replayed_t,
            verified_t=f.report.verified_t,
            replayed_t=f.replayed_t,
        ),
    ),
    Check(
        code=3018,
        zh="申请登记的数量与核查减排量不一致",
        en="The quantity applied for is not the verified one.",
        source="CCER-21.2",
        at=SUBMIT | REVIEW,
        applies=lambda f: f.rulebook.quantity_equals_verified and f.report.filed,
        finds=lambda f: unless(
            f.claimed_t == f.report.verified_t, claimed_t=f.claimed_t, verified_t=f.report.verified_t
        ),
    ),
    Check(
        code=3019,
        zh="登记系统复算结果与记录不一致",
        en="The inputs and the methodology's formula give another quantity than is written.",
        source="CQ-16.2",
        at=UP_TO_REVIEW | REGISTER,
        applies=lambda f: f.replayed_t is not None,
        finds=lambda f: unless(f.replay_agrees, replayed_t=f.replayed_t),
    ),
    Check(
        code=3017,
        zh="登记函、核查与复算数量不符合要求",
        en="Letter, verified and replayed quantities are not in order.",
        source="CQ-20.5",
        at=REGISTER,
        finds=lambda f: unless(
            _in_order(f),
            letter_t=f.letter_tonnes,
            verified_t=f.report.verified_t,
            replayed_t=f.replayed_t,
        ),
    ),
)

DAYS_CHECKS: Final = tuple(one for one in BATCH_CHECKS if one.code in _OF_DAYS)
"""What is asked already when a draft is begun: a batch of other days cannot be written at all."""
