"""Checks of commissions and signatures of bodies, 8001 and on (委托与签署校验)."""

from typing import Final

from cqcer.checks import Check, unless
from cqcer.checks.facts import CommissionFacts
from cqcer.values import CommissionAct

DECLARED: Final = frozenset({"interest", "funding", "consulting", "authorship"})
"""What a body declares, one by one, that there is none of (CQ-21.3, and the national rules of conduct)."""

_PROPOSE: Final = frozenset({CommissionAct.PROPOSE})
_ACCEPT: Final = frozenset({CommissionAct.ACCEPT})
_SIGN: Final = frozenset({CommissionAct.SIGN})
_ALL: Final = _PROPOSE | _ACCEPT | _SIGN


COMMISSION_CHECKS: Final[tuple[Check[CommissionFacts], ...]] = (
    Check(
        code=8001,
        zh="办理人不属于该机构",
        en="Whoever acts does not work for this body.",
        source="CQ-17.2",
        at=_ACCEPT | _SIGN,
        finds=lambda f: unless(f.own),
    ),
    Check(
        code=8002,
        zh="当日该机构未获认可或认可被暂停、终止",
        en="On that day the body is not recognised, or its recognition is suspended or ended.",
        source="CQ-21.1",
        at=_ALL,
        finds=lambda f: unless(f.recognised),
    ),
    Check(
        code=8003,
        zh="超出机构获批的业务范围",
        en="It is outside the body's approved scope.",
        source="CQ-21.2",
        at=_ALL,
        applies=lambda f: f.recognised,
        finds=lambda f: unless(f.in_scope),
    ),
    Check(
        code=8004,
        zh="机构与项目业主存在资产、管理等方面的利益关系",
        en="The body has an interest relation with the owner.",
        source="CQ-21.3",
        at=_ALL,
        finds=lambda f: unless(not f.bound_to_owner),
    ),
    Check(
        code=8005,
        zh="未声明不存在利益关系",
        en="It is not declared that there is no interest relation.",
        source="CQ-21.3",
        at=_PROPOSE,
        finds=lambda f: unless("interest" in f.declared),
    ),
    Check(
        code=8006,
        zh="机构未逐项声明不存在利益关系、资助、咨询、代编文件等情形",
        en="The body does not declare each: no interest, no funding, no consulting, no authorship.",
        source="CQ-18.5",
        at=_ACCEPT,
        finds=lambda f: unless(f.declared >= DECLARED, missing=sorted(DECLARED - f.declared)),
    ),
    Check(
        code=8007,
        zh="审定机构不得承担同一项目的核查",
        en="The body that validated the project cannot verify it.",
        source="CQ-17.3",
        at=_ALL,
        finds=lambda f: unless(not f.validated_it),
    ),
    Check(
        code=8008,
        zh="没有有效的委托",
        en="There is no commission in force.",
        source="CQ-17.2",
        at=_SIGN,
        finds=lambda f: unless(f.in_force),
    ),
    Check(
        code=8009,
        zh="签署人不是该机构备案的责任人员",
        en="Whoever signs is not among the people whom the body has named.",
        source="CQ-21.1",
        at=_SIGN,
        applies=lambda f: f.own,
        finds=lambda f: unless(f.signer_named),
    ),
)
