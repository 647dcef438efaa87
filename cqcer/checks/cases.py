"""Checks that projects and batches share, 1001 and on (项目与批次共同校验)."""

from typing import Final

from cqcer.checks import Check, unless
from cqcer.checks.facts import CaseFacts
from cqcer.values import CaseAct

UPLOAD: Final = frozenset({CaseAct.UPLOAD})
NOTICE: Final = frozenset({CaseAct.OPEN_NOTICE})
SUBMIT: Final = frozenset({CaseAct.SUBMIT})
REVIEW: Final = frozenset({CaseAct.PASS_REVIEW})
EVALUATION: Final = frozenset({CaseAct.PASS_EVALUATION, CaseAct.ASK_FOR_REVISION, CaseAct.FAIL_EVALUATION})
REGISTER: Final = frozenset({CaseAct.REGISTER})
UP_TO_NOTICE: Final = UPLOAD | NOTICE
UP_TO_REVIEW: Final = UPLOAD | NOTICE | SUBMIT | REVIEW

CASE_CHECKS: Final[tuple[Check[CaseFacts], ...]] = (
    Check(
        code=1001,
        zh="申请日期早于本规则施行日期",
        en="The application is dated before the rules are in force.",
        source="CQ-44.1",
        at=UPLOAD | SUBMIT,
        finds=lambda f: unless(f.on >= f.rulebook.in_force_from, on=f.on.isoformat()),
    ),
    Check(
        code=1002,
        zh="申请人在不予受理期内",
        en="Applications of this owner are not accepted at present.",
        source="CQ-39.5",
        at=UPLOAD | SUBMIT,
        finds=lambda f: unless(
            f.owner_blocked_until is None,
            until=f.owner_blocked_until and f.owner_blocked_until.isoformat(),
        ),
    ),
    Check(
        code=1003,
        zh="该项目在不予受理期内",
        en="Applications for this project are not accepted at present.",
        source="CQ-39.6",
        at=UPLOAD | SUBMIT,
        finds=lambda f: unless(
            f.case_blocked_until is None,
            until=f.case_blocked_until and f.case_blocked_until.isoformat(),
        ),
    ),
    Check(
        code=1004,
        zh="缺少市生态环境局规定的其他条件材料",
        en="Items of the Bureau's checklist are missing.",
        source="CQ-15.5",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(not f.missing_conditions, missing=list(f.missing_conditions)),
    ),
    Check(
        code=1005,
        zh="未就唯一性逐项声明",
        en="Uniqueness is not declared point by point.",
        source="CQ-42.10",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(f.uniqueness_declared),
    ),
    Check(
        code=1006,
        zh="未委托审定与核查机构或缺少其报告",
        en="No validation or verification body is commissioned, or its report is missing.",
        source="CQ-17.2",
        at=UP_TO_REVIEW,
        applies=lambda f: f.rulebook.report_before_notice,
        finds=lambda f: unless(
            f.report.commissioned and f.report.filed,
            commissioned=f.report.commissioned,
            filed=f.report.filed,
        ),
    ),
    Check(
        code=1007,
        zh="报告签署日该机构未获认可或认可不在有效期",
        en="The body's recognition was not in force on the day of signature.",
        source="CQ-21.1",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(
            f.report.body_recognised, signed_on=f.report.signed_on and f.report.signed_on.isoformat()
        ),
    ),
    Check(
        code=1008,
        zh="超出机构获批的业务范围",
        en="The commission is outside the body's approved scope.",
        source="CQ-21.2",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(f.report.body_in_scope),
    ),
    Check(
        code=1009,
        zh="机构与项目业主存在资产、管理等方面的利益关系",
        en="The body has an interest in the owner.",
        source="CQ-21.3",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(not f.report.interest_in_owner),
    ),
    Check(
        code=1010,
        zh="报告结论不是肯定结论",
        en="The report's conclusion is not positive.",
        source="CQ-18.2",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(f.report.positive is True),
    ),
    Check(
        code=1011,
        zh="报告缺少机构对合规性、真实性、准确性的承诺",
        en="The report lacks the body's commitment to compliance, authenticity and accuracy.",
        source="CQ-18.4",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(f.report.commitment),
    ),
    Check(
        code=1028,
        zh="本轮技术评估没有受指派专家的意见",
        en="No assigned expert has filed an opinion in this round of the evaluation.",
        source="CQ-20.2",
        at=EVALUATION,
        finds=lambda f: unless(f.expert_opinions >= 1),
    ),
    Check(
        code=1018,
        zh="报告已被标记复核，尚未确认有效",
        en="The report is flagged for review and has not been found to stand.",
        source="CQ-38.1",
        at=SUBMIT | REVIEW | REGISTER,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(not f.report.awaits_review),
    ),
    Check(
        code=1012,
        zh="公示未结束",
        en="The public notice is not over.",
        source="CQ-17.8",
        at=SUBMIT | REVIEW,
        finds=lambda f: unless(f.notice_cleared if f.rulebook.objections_gate else f.notice_over),
    ),
    Check(
        code=1013,
        zh="尚有异议未公开答复",
        en="Objections are not answered openly yet.",
        source="CQ-17.8",
        at=SUBMIT | REVIEW,
        applies=lambda f: f.rulebook.objections_gate,
        finds=lambda f: unless(f.open_objections == 0, open=f.open_objections),
    ),
    Check(
        code=1014,
        zh="公示后报告未补充对公众意见处理情况的说明",
        en="The report is not supplemented with how public opinions were dealt with.",
        source="CQ-18.3",
        at=SUBMIT | REVIEW,
        applies=lambda f: f.rulebook.report_before_notice,
        finds=lambda f: unless(f.report.supplemented),
    ),
    Check(
        code=1015,
        zh="业主责任声明不完整",
        en="The owner's declaration of responsibility is not complete.",
        source="CQ-17.9",
        at=SUBMIT | REVIEW,
        finds=lambda f: unless(
            f.declared >= f.answers_for,
            missing=sorted(f.answers_for - f.declared),
        ),
    ),
    Check(
        code=1016,
        zh="没有登记函",
        en="There is no registration letter that names it.",
        source="CQ-20.5",
        at=REGISTER,
        applies=lambda f: f.rulebook.letter_needed,
        finds=lambda f: unless(f.letter),
    ),
    Check(
        code=1017,
        zh="缺少审定或核查报告",
        en="The validation or verification report is missing.",
        source="CQ-17.4",
        at=SUBMIT | REVIEW,
        applies=lambda f: not f.rulebook.report_before_notice,
        finds=lambda f: unless(f.report.filed and f.report.commissioned),
    ),
    Check(
        code=1019,
        zh="公示时未同时公布审定与核查机构",
        en="The notice names no body of validation and verification.",
        source="CCER-12.2",
        at=NOTICE,
        applies=lambda f: f.rulebook.body_named_in_notice,
        finds=lambda f: unless(f.body_named),
    ),
    Check(
        code=1020,
        zh="报告未说明对公示意见的处理情况",
        en="The report does not say how the opinions of the notice were dealt with.",
        source="CCER-13.2",
        at=SUBMIT | REVIEW,
        applies=lambda f: not f.rulebook.report_before_notice and f.report.filed,
        finds=lambda f: unless(f.report.supplemented),
    ),
)
