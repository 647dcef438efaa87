"""Checks of movements, 4001 and on (减排量业务校验)."""

from collections.abc import Mapping
from typing import Final

from cqcer.checks import Check, unless
from cqcer.checks.facts import MovementFacts
from cqcer.states import CANCELLED_FROM, TO_ANOTHER_ACCOUNT, UNITS
from cqcer.values import AccountState, Category, MovementAct, MovementKind, Purpose

_ALWAYS: Final = frozenset({MovementAct.PROPOSE, MovementAct.CONFIRM, MovementAct.EXECUTE})
_FIRST: Final = frozenset({MovementAct.PROPOSE})
_OPEN: Final = frozenset({AccountState.ACTIVE, AccountState.RESTRICTED})
_BY_HOLDER: Final = frozenset(
    {MovementKind.GIFT, MovementKind.DEPOSIT, MovementKind.WITHDRAW, MovementKind.HOLD_FOR_OFFSET}
)
_IN_THE_MARKET: Final = frozenset({MovementKind.DEPOSIT, MovementKind.WITHDRAW, MovementKind.TRADE})
_WITH_GROUND: Final = frozenset({MovementKind.SUCCEED, MovementKind.FREEZE, MovementKind.UNFREEZE})
_AGENCYS_PURPOSES: Final = frozenset({Purpose.ORDERED, Purpose.FORCED, Purpose.OWNER_LOST})
_FOR_WHOM: Final[Mapping[Purpose, frozenset[str]]] = {
    Purpose.EVENT_NEUTRALITY: frozenset({"event"}),
    Purpose.OWN_OPERATIONS: frozenset({"organisation"}),
    Purpose.PERSONAL: frozenset({"person"}),
    Purpose.JUDICIAL: frozenset({"organisation", "person"}),
    Purpose.PUBLIC_BENEFIT: frozenset({"public", "organisation", "event"}),
    Purpose.COMPLIANCE_OFFSET: frozenset({"organisation"}),
}
_NEUTRALITY: Final = frozenset({Purpose.EVENT_NEUTRALITY, Purpose.OWN_OPERATIONS})

MOVEMENT_CHECKS: Final[tuple[Check[MovementFacts], ...]] = (
    Check(
        code=4001,
        zh="数量须为不少于 1 的整数吨",
        en="The quantity must be a whole number of tonnes, at least 1.",
        source="Q-28",
        at=_ALWAYS,
        finds=lambda f: unless(f.quantity >= 1, quantity=f.quantity),
    ),
    Check(
        code=4002,
        zh="转出账户可用数量不足",
        en="The giving account has too few free units.",
        source="CQ-27.3",
        at=_FIRST,
        applies=lambda f: f.kind is not MovementKind.ISSUE,
        finds=lambda f: unless(f.quantity <= f.available, available=f.available, asked=f.quantity),
    ),
    Check(
        code=4003,
        zh="转出账户未处于可用状态",
        en="The giving account is not open.",
        source="CQ-6.5",
        at=_ALWAYS,
        applies=lambda f: f.giving_state is not None,
        finds=lambda f: unless(f.giving_state in _OPEN, state=str(f.giving_state)),
    ),
    Check(
        code=4004,
        zh="转入账户未处于可用状态",
        en="The taking account is not open.",
        source="CQ-6.5",
        at=_ALWAYS,
        applies=lambda f: f.kind in TO_ANOTHER_ACCOUNT or f.kind is MovementKind.ISSUE,
        finds=lambda f: unless(f.taking_state in _OPEN, state=str(f.taking_state)),
    ),
    Check(
        code=4005,
        zh="转出账户与转入账户不得相同",
        en="The giving and the taking account must differ.",
        source="CQ-30.3",
        at=_FIRST,
        applies=lambda f: f.kind in TO_ANOTHER_ACCOUNT,
        finds=lambda f: unless(not f.same_account),
    ),
    Check(
        code=4006,
        zh="该状态的减排量不能办理此业务",
        en="Units in this state cannot be moved in this way.",
        source="CQ-29.2",
        at=_ALWAYS,
        finds=lambda f: unless((f.from_state, f.kind) in UNITS, state=f.from_state and f.from_state.value),
    ),
    Check(
        code=4007,
        zh="账户受限，不能办理主动业务",
        en="The account is restricted; its holder cannot move units.",
        source="CQ-25.3",
        at=_ALWAYS,
        applies=lambda f: f.kind in _BY_HOLDER,
        finds=lambda f: unless(f.giving_state is not AccountState.RESTRICTED),
    ),
    Check(
        code=4008,
        zh="只有项目业主可以无偿提供其持有的减排量",
        en="Only the project owner may give the units it holds free of charge.",
        source="CQ-27.4",
        at=_ALWAYS,
        applies=lambda f: f.kind is MovementKind.GIFT,
        finds=lambda f: unless(f.given_by_owner),
    ),
    Check(
        code=4009,
        zh="无偿提供不得有价款或其他对价",
        en="A gift has no price and no other consideration.",
        source="CQ-27.4",
        at=_FIRST,
        applies=lambda f: f.kind is MovementKind.GIFT,
        finds=lambda f: unless(f.price_fen == 0, price_fen=f.price_fen),
    ),
    Check(
        code=4010,
        zh="该用途不在规则所列用途之内",
        en="The purpose is not among those the rules list.",
        source="CQ-24.1",
        at=_ALWAYS,
        applies=lambda f: f.kind is MovementKind.CANCEL,
        finds=lambda f: unless(
            f.purpose is not None and f.purpose.value in f.purposes,
            purpose=f.purpose and f.purpose.value,
        ),
    ),
    Check(
        code=4011,
        zh="履约抵销须先冻结并经市生态环境局确认",
        en="This purpose takes units from another state; compliance only those frozen for it.",
        source="CQ-26.2",
        at=_ALWAYS,
        applies=lambda f: f.kind is MovementKind.CANCEL and f.purpose is not None,
        finds=lambda f: unless(
            f.purpose is not None and f.from_state in CANCELLED_FROM[f.purpose],
            state=f.from_state and f.from_state.value,
        ),
    ),
    Check(
        code=4012,
        zh="司法认购仅限生态碳汇类减排量",
        en="Judicial subscription takes ecological carbon sink units only.",
        source="CQ-24.3",
        at=_ALWAYS,
        applies=lambda f: f.kind is MovementKind.CANCEL and f.purpose is Purpose.JUDICIAL,
        finds=lambda f: unless(f.categories <= {Category.SINK}, categories=sorted(f.categories)),
    ),
    Check(
        code=4013,
        zh="项目不在司法认购名单之内",
        en="The project is not on the list for judicial subscription.",
        source="CQ-24.4",
        at=_ALWAYS,
        applies=lambda f: f.kind is MovementKind.CANCEL and f.purpose is Purpose.JUDICIAL,
        finds=lambda f: unless(f.judicially_listed),
    ),
    Check(
        code=4014,
        zh="须从受益人名录中选择受益人",
        en="The beneficiary must be chosen from the controlled list.",
        source="CQ-29.3",
        at=_FIRST,
        applies=lambda f: f.kind is MovementKind.CANCEL and f.purpose not in _AGENCYS_PURPOSES,
        finds=lambda f: unless(f.beneficiary_kind is not None),
    ),
    Check(
        code=4015,
        zh="注销数量少于核算的排放量，不能作为碳中和",
        en="Fewer units than the computed emissions: this is not neutrality.",
        source="CQ-42.4",
        at=_FIRST,
        applies=lambda f: f.purpose in _NEUTRALITY and f.emissions_t is not None,
        finds=lambda f: unless(
            f.emissions_t is not None and f.quantity >= f.emissions_t,
            emissions_t=f.emissions_t,
            quantity=f.quantity,
        ),
    ),
    Check(
        code=4016,
        zh="须附责令、调查或其他依据文件",
        en="An order, an investigation or another document must stand behind it.",
        source="CQ-22.2",
        at=_ALWAYS,
        applies=lambda f: f.kind in _WITH_GROUND or f.purpose in _AGENCYS_PURPOSES,
        finds=lambda f: unless(f.ground),
    ),
    Check(
        code=4017,
        zh="持有人属于禁止参与交易的工作人员",
        en="The holder is of staff barred from taking part in trading.",
        source="CQ-37.1",
        at=_ALWAYS,
        applies=lambda f: f.kind in TO_ANOTHER_ACCOUNT or f.kind is MovementKind.DEPOSIT,
        finds=lambda f: unless(not f.holder_is_barred_staff),
    ),
    Check(
        code=4018,
        zh="账册复核不一致，暂停办理新业务",
        en="The second computation of the books disagrees; new movements are stopped.",
        source="CQ-30.3",
        at=_ALWAYS,
        finds=lambda f: unless(f.books_agree),
    ),
    Check(
        code=4019,
        zh="首次签发只能进入项目业主账户",
        en="Units are first issued to the account of the project's owner alone.",
        source="CQ-20.6",
        at=_ALWAYS,
        applies=lambda f: f.kind is MovementKind.ISSUE,
        finds=lambda f: unless(f.given_by_owner),
    ),
    Check(
        code=4020,
        zh="受益人与用途不符",
        en="The beneficiary does not fit the purpose.",
        source="CQ-24.1",
        at=_FIRST,
        applies=lambda f: f.purpose in _FOR_WHOM and f.beneficiary_kind is not None,
        finds=lambda f: unless(
            f.purpose is not None and f.beneficiary_kind in _FOR_WHOM[f.purpose],
            beneficiary=f.beneficiary_kind,
        ),
    ),
    Check(
        code=4021,
        zh="没有有效的交易账户",
        en="There is no active trading account.",
        source="CQ-8.2",
        at=_ALWAYS,
        applies=lambda f: f.kind is MovementKind.DEPOSIT,
        finds=lambda f: unless(f.may_trade),
    ),
    Check(
        code=4022,
        zh="登记与交易数据不一致，核清前暂停交易",
        en="Registry and exchange differ on this account; nothing is traded until both have settled it.",
        source="Q-53",
        at=_ALWAYS,
        applies=lambda f: f.kind in _IN_THE_MARKET,
        finds=lambda f: unless(not f.exchange_differs),
    ),
)
