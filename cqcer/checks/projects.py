"""Checks of projects, 2001 and on (项目校验)."""

from typing import Final

from cqcer import crediting
from cqcer.checks import Check, Severity, unless
from cqcer.checks.cases import CASE_CHECKS, UP_TO_REVIEW, UPLOAD
from cqcer.checks.facts import ProjectFacts

DOCUMENTS: Final = frozenset({"design_document", "validation_report"})
POINTS: Final = frozenset(
    {
        "legal_compliance",
        "supported_field",
        "methodology_use",
        "inclusiveness",
        "authenticity",
        "uniqueness",
        "additionality",
        "sustainable_development",
    }
)
"""Points of a validation report (CQ-18.1); the fourth is four findings."""


def _needed(facts: ProjectFacts) -> frozenset[str]:
    if facts.rulebook.report_before_notice:
        return DOCUMENTS
    return frozenset({"design_document"})


def _crediting_limit(facts: ProjectFacts) -> int | None:
    return facts.rulebook.crediting_years.get(facts.category)


def _points_found(facts: ProjectFacts) -> frozenset[str]:
    waived = facts.report.not_applicable
    if facts.category in facts.rulebook.inclusiveness_for:
        waived -= {"inclusiveness"}
    return facts.report.findings | (waived & {"inclusiveness"})


PROJECT_CHECKS: Final[tuple[Check[ProjectFacts], ...]] = (
    *CASE_CHECKS,
    Check(
        code=2001,
        zh="缺少项目设计文件、审定报告等申请材料",
        en="The design document, the validation report or other material is missing.",
        source="CQ-17.1",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(f.documents >= _needed(f), missing=sorted(_needed(f) - f.documents)),
    ),
    Check(
        code=2002,
        zh="项目日期不符合要求",
        en="The project's date of operation (construction start) is too early or missing.",
        source="CQ-15.4",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(
            f.project_date is not None and crediting.is_after(f.project_date, f.rulebook.project_after),
            project_date=f.project_date and f.project_date.isoformat(),
            after=f.rulebook.project_after.isoformat(),
        ),
    ),
    Check(
        code=2003,
        zh="项目不在重庆市行政区域内或未注明区县",
        en="The project names no district of Chongqing.",
        source="CQ-2.1",
        at=UP_TO_REVIEW,
        applies=lambda f: f.rulebook.reductions_within_chongqing,
        finds=lambda f: unless(f.area_code is not None),
    ),
    Check(
        code=2004,
        zh="所用方法学不是现行有效版本",
        en="The methodology's version is not issued and in force.",
        source="CQ-13.1",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(f.methodology_in_force),
    ),
    Check(
        code=2005,
        zh="项目类别与方法学类别不一致",
        en="The project's category is not that of its methodology.",
        source="CQ-14.1",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(
            f.category is f.methodology_category,
            methodology=f.methodology_category and f.methodology_category.value,
        ),
    ),
    Check(
        code=2006,
        zh="缺少真实性、唯一性、额外性结论",
        en="Findings of authenticity, uniqueness and additionality are missing.",
        source="CQ-15.1",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(
            f.report.findings >= {"authenticity", "uniqueness", "additionality"},
            missing=sorted({"authenticity", "uniqueness", "additionality"} - f.report.findings),
        ),
    ),
    Check(
        code=2007,
        zh="碳普惠类项目缺少普惠性结论",
        en="A finding of inclusiveness is missing.",
        source="CQ-15.2",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed and f.category in f.rulebook.inclusiveness_for,
        finds=lambda f: unless("inclusiveness" in f.report.findings),
    ),
    Check(
        code=2008,
        zh="审定报告未对规定各项逐一作出结论",
        en="The validation report lacks a finding on one of its points.",
        source="CQ-18.1",
        at=UP_TO_REVIEW,
        applies=lambda f: f.report.filed,
        finds=lambda f: unless(_points_found(f) >= POINTS, missing=sorted(POINTS - _points_found(f))),
    ),
    Check(
        code=2009,
        zh="项目属于法律法规或政策规定的减排义务",
        en="The project carries out a duty set by law or policy.",
        source="CQ-15.6",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(not f.under_duty),
    ),
    Check(
        code=2010,
        zh="项目纳入碳排放配额管理",
        en="The project is included in allowance management.",
        source="CQ-15.7",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(not f.in_allowance_management),
    ),
    Check(
        code=2011,
        zh="未提供项目所有权证明",
        en="Ownership of the project is not proved.",
        source="CQ-42.9",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(f.ownership_proved),
    ),
    Check(
        code=2012,
        zh="自然人不能作为该规则下的项目业主",
        en="Under these rules a natural person cannot own a project.",
        source="CQ-42.9",
        at=UPLOAD,
        applies=lambda f: not f.rulebook.persons_may_own,
        finds=lambda f: unless(not f.owner_is_person),
    ),
    Check(
        code=2013,
        zh="计入期超过该类别的最长年限",
        en="The crediting period is missing or longer than the category allows.",
        source="CQ-20.8",
        at=UP_TO_REVIEW,
        applies=lambda f: _crediting_limit(f) is not None or f.crediting is None,
        finds=lambda f: unless(
            f.crediting is not None and crediting.is_within_years(f.crediting, _crediting_limit(f) or 1),
            years=_crediting_limit(f),
        ),
    ),
    Check(
        code=2014,
        zh="与已注销项目为同一项目，不得再次申请登记",
        en="It is the same as a cancelled project, which can never be registered again.",
        source="CQ-22.5",
        at=UP_TO_REVIEW,
        finds=lambda f: unless(not f.like_cancelled, numbers=list(f.like_cancelled)),
    ),
    Check(
        code=2015,
        zh="疑似与其他项目重复，须由管理服务机构核实",
        en="It may be the same as another project; the agency must answer this.",
        source="CQ-42.10",
        at=UP_TO_REVIEW - UPLOAD,
        finds=lambda f: unless(not f.like_others or f.likeness_answered, numbers=list(f.like_others)),
    ),
    Check(
        code=2016,
        zh="疑似与其他项目重复",
        en="It may be the same as another project.",
        source="CQ-42.10",
        at=UPLOAD,
        severity=Severity.WARNS,
        finds=lambda f: unless(not f.like_others, numbers=list(f.like_others)),
    ),
    Check(
        code=2017,
        zh="计入期起始日不符合要求",
        en="The crediting period begins too early under these rules.",
        source="Q-32",
        at=UP_TO_REVIEW,
        applies=lambda f: f.rulebook.crediting_after is not None and f.crediting is not None,
        finds=lambda f: unless(
            f.crediting is not None
            and f.rulebook.crediting_after is not None
            and crediting.is_after(f.crediting.first, f.rulebook.crediting_after)
            and (f.project_date is None or f.crediting.first >= f.project_date)
        ),
    ),
)
