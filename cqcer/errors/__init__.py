"""Refusals of the registry."""

from app.kernel.errors import Conflict, Forbidden, Malformed, NotFound, RuleBroken


class ChecksFailed(RuleBroken):
    """Numbered checks stand against the act; `checks` names every one of them."""

    code = "registry.checks_failed"
    title = "未通过登记系统的校验"


class NotEnoughUnits(RuleBroken):
    """The account's free units are fewer than asked for."""

    code = "unit.not_enough"
    title = "可用减排量不足"
    source = "CQ-27.3"


class RangeNotInside(RuleBroken):
    """A range is empty, or reaches beyond the one it is cut from."""

    code = "unit.range_not_inside"
    title = "编号区间不在范围之内"


class SerialUnreadable(Malformed):
    """The serial text is not of the form, or its check digits are wrong."""

    code = "unit.serial_unreadable"
    title = "序列号有误"


class UnitNotFound(NotFound):
    """No unit has this number."""

    code = "unit.not_found"
    title = "未找到该编号的减排量"


class HoldingAccountNotFound(NotFound):
    """There is no such holding account, or it is another's."""

    code = "holding_account.not_found"
    title = "未找到持有账户"


class HoldingAccountExists(Conflict):
    """The subject has a holding account already."""

    code = "holding_account.exists"
    title = "该主体已有持有账户"


class RepresentativeTaken(Conflict):
    """The natural person already represents an account."""

    code = "representative.taken"
    title = "该自然人已担任账户代表"
    source = "Q-49"


class LastRepresentative(RuleBroken):
    """An account keeps at least one representative of each kind."""

    code = "representative.last"
    title = "账户至少保留一名发起代表和一名确认代表"
    source = "Q-49"


class NotARepresentative(Forbidden):
    """The actor does not represent the account in this part."""

    code = "representative.missing"
    title = "您不是该账户的相应代表"
    source = "Q-49"


class SamePerson(Forbidden):
    """Whoever proposed it cannot confirm it."""

    code = "movement.same_person"
    title = "发起人与确认人不得为同一人"
    source = "Q-49"


class MovementNotFound(NotFound):
    """There is no such movement, or it is another's."""

    code = "movement.not_found"
    title = "未找到该业务"


class StillWaiting(Conflict):
    """The waiting time of the movement is not over."""

    code = "movement.still_waiting"
    title = "等待期尚未届满"


class FactorMissing(Forbidden):
    """A holder's representative confirms with a factor that was just given."""

    code = "movement.factor_missing"
    title = "请重新验证身份后再确认"
    source = "Q-49"


class BeneficiaryNotFound(NotFound):
    """The list of beneficiaries has no such entry."""

    code = "beneficiary.not_found"
    title = "未找到受益人"


class CertificateNotFound(NotFound):
    """No certificate of cancellation has this number."""

    code = "certificate.not_found"
    title = "未找到该注销证明"
    source = "CQ-29.3"


class NotASinkProject(RuleBroken):
    """The list for judicial subscription takes registered sink projects alone."""

    code = "judicial_listing.not_a_sink"
    title = "司法认购名单仅限已登记的生态碳汇类项目"
    source = "CQ-24.3"


class InvestigationNotFound(NotFound):
    """There is no such investigation."""

    code = "investigation.not_found"
    title = "未找到调查记录"


class InvestigationUnfit(RuleBroken):
    """The investigation did not confirm it, or is about something else."""

    code = "investigation.unfit"
    title = "调查记录未予确认，或与此事无关"
    source = "CQ-22.1"


class OrderNotFound(NotFound):
    """There is no such order to cancel units."""

    code = "cancellation_order.not_found"
    title = "未找到责令注销决定"


class TermTooShort(RuleBroken):
    """An order leaves the owner at least one whole day."""

    code = "cancellation_order.term_too_short"
    title = "注销期限须晚于决定之日"
    source = "Q-13"


class TermNotOver(Conflict):
    """Nothing is cancelled by force before the term of the order is over."""

    code = "cancellation_order.term_not_over"
    title = "责令注销的期限尚未届满"
    source = "CQ-39.3"


class NothingToForce(Conflict):
    """The owner has no units that could be cancelled, or still has some that must be first."""

    code = "cancellation_order.holdings"
    title = "与业主现有的减排量不符"
    source = "CQ-39.3"


class BlockNotFound(NotFound):
    """There is no such block on applications."""

    code = "application_block.not_found"
    title = "未找到不再受理的决定"


class OffsetNotFound(NotFound):
    """There is no such application for compliance offset, or it is another unit's."""

    code = "offset.not_found"
    title = "未找到履约抵销申请"


class TradingAccountNotFound(NotFound):
    """The exchange's number is of no trading account."""

    code = "trading_account.not_found"
    title = "未找到交易账户"


class TradingAccountExists(Conflict):
    """The holder has a trading account, or the number is taken."""

    code = "trading_account.exists"
    title = "该主体已有交易账户，或账号已被使用"


class TradingAccountUnfit(RuleBroken):
    """The trading account is closed, or of another kind than its holder."""

    code = "trading_account.unfit"
    title = "交易账户的类型或状态不符"
    source = "CQ-25.1"


class NothingPosted(Malformed):
    """A posting holds at least one trade."""

    code = "trade.nothing_posted"
    title = "没有成交结果"


class TradePosted(Conflict):
    """A trade with this reference was posted before, or stands twice in the posting."""

    code = "trade.posted"
    title = "该成交结果已经报送"
    source = "CQ-30.1"


class DiscrepancyNotFound(NotFound):
    """There is no such difference between registry and exchange."""

    code = "discrepancy.not_found"
    title = "未找到该对账差异"


class NeutralityNotFound(NotFound):
    """There is no such record of neutrality, or it is another's."""

    code = "neutrality.not_found"
    title = "未找到碳中和记录"


class NothingEmitted(RuleBroken):
    """Neutrality rests on activities with their factors, none of them negative."""

    code = "neutrality.nothing_emitted"
    title = "请填写排放活动、数量和因子，不得为负"
    source = "CQ-42.4"


class ReasonMissing(Malformed):
    """The act needs its ground in words."""

    code = "registry.reason_missing"
    title = "请填写理由"


class CaseNotFound(NotFound):
    """There is no such project or batch, or it is another's."""

    code = "registry_case.not_found"
    title = "未找到该项目或减排量批次"


class AreaUnknown(RuleBroken):
    """The area code is of no district of Chongqing."""

    code = "registry.area_unknown"
    title = "不是重庆市的区县代码"
    source = "CQ-2.1"


class MethodologyNotFound(NotFound):
    """There is no such version of a methodology."""

    code = "methodology.not_found"
    title = "未找到该方法学"


class MethodologyCountsNone(RuleBroken):
    """Recorded behaviours back only batches of the inclusion category whose methodology says how."""

    code = "provenance.methodology_counts_none"
    title = "该项目的方法学不允许以行为记录作为减排量来源"
    source = "Q-27"


class PeriodOutside(RuleBroken):
    """The days lie outside the batch, or the batch is no longer with its owner."""

    code = "provenance.period_outside"
    title = "所选日期不在批次核算周期内，或该批次已提交"
    source = "CQ-X.10"


class BehavioursTied(Conflict):
    """Behaviours of the scenario on these days back another batch."""

    code = "provenance.tied"
    title = "该场景在所选日期的行为记录已用于其他批次"
    source = "CQ-X.10"


class NoticeNotFound(NotFound):
    """There is no such public notice."""

    code = "public_notice.not_found"
    title = "未找到该公示"


class NoticeClosed(Conflict):
    """Opinions are taken while the notice is open, neither before nor after."""

    code = "public_notice.closed"
    title = "不在公示期内"
    source = "CQ-17.7"


class NoticeStillOpen(Conflict):
    """The notice runs to the end of its last working day; nobody can shorten it."""

    code = "public_notice.still_open"
    title = "公示期尚未届满"
    source = "CQ-17.6"


class OpinionNotFound(NotFound):
    """There is no such opinion."""

    code = "opinion.not_found"
    title = "未找到该意见"
