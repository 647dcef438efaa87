"""Refusals of points: accounts, rules, spending."""

from app.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken


class AccountNotFound(NotFound):
    """There is no such account, or it is another's."""

    code = "account.not_found"
    title = "未找到碳账户"


class AccountExists(Conflict):
    """The holder has an account already; an account once closed is not opened again."""

    code = "account.exists"
    title = "该主体已有碳账户"
    source = "Q-26"


class AccountNotOpen(Conflict):
    """The account is applied for, frozen or closed."""

    code = "account.not_open"
    title = "碳账户当前不可用"
    source = "Q-26"


class PointsForPersonsOnly(RuleBroken):
    """An organisation's account holds no points."""

    code = "account.persons_only"
    title = "单位碳账户不持有碳积分"
    source = "Q-36"


class ReservationsOpen(Conflict):
    """Vouchers are still open; settle or withdraw them first."""

    code = "account.reservations_open"
    title = "尚有未完成的兑换，请先使用或撤回"
    source = "Q-26"


class ClosingChanged(Conflict):
    """What lapses on closing is no longer what the holder was told."""

    code = "account.closing_changed"
    title = "销户将作废的积分已变化，请重新确认"
    source = "Q-26"


class ReasonMissing(RuleBroken):
    """The act needs a reason in words."""

    code = "points.reason_missing"
    title = "请填写理由"


class RuleMissing(Conflict):
    """No conversion rule is in force on the day."""

    code = "rule.none_in_force"
    title = "当日没有生效的积分转换规则"
    source = "CQ-31.4"


class RuleNotAhead(RuleBroken):
    """A rule is published before it holds; it never works backwards."""

    code = "rule.not_ahead"
    title = "转换规则应先公布后生效，不得溯及既往"
    source = "CQ-31.4"


class RuleInvalid(RuleBroken):
    """The rule's numbers or texts are not allowed; `breaches` names each."""

    code = "rule.invalid"
    title = "转换规则不符合规定"
    source = "CQ-34.9"


class RuleTaken(Conflict):
    """The version or the day is already another rule's."""

    code = "rule.taken"
    title = "该版本号或生效日已有转换规则"
    source = "CQ-31.4"


class InsufficientPoints(RuleBroken):
    """The spendable lots do not cover the price."""

    code = "points.insufficient"
    title = "积分余额不足"
    source = "CQ-34.5"


class EntryNotFound(NotFound):
    """The account has no such entry."""

    code = "points.entry_not_found"
    title = "未找到该笔明细"


class MerchantNotFound(NotFound):
    """There is no such merchant, or the actor does not work for it."""

    code = "merchant.not_found"
    title = "未找到权益提供单位"


class MerchantExists(Conflict):
    """The organisation has applied before; it rejoins or applies again."""

    code = "merchant.exists"
    title = "该单位已申请过入驻"
    source = "CQ-33.1"


class MerchantInvalid(RuleBroken):
    """The application's particulars are not complete; `breaches` names each."""

    code = "merchant.invalid"
    title = "商户资料有误"
    source = "CQ-33.1"


class MerchantNotAdmitted(Conflict):
    """The merchant is not admitted at present."""

    code = "merchant.not_admitted"
    title = "该权益提供单位当前未入驻"
    source = "CQ-33.1"


class OfferNotFound(NotFound):
    """There is no such offer, or it is another merchant's."""

    code = "offer.not_found"
    title = "未找到权益"


class OfferInvalid(RuleBroken):
    """The offer's particulars are not allowed; `breaches` names each."""

    code = "offer.invalid"
    title = "权益信息有误"
    source = "CQ-34.5"


class OfferClosed(Conflict):
    """The offer is not on the shelf, or not on this day."""

    code = "offer.closed"
    title = "该权益当前不可兑换"
    source = "CQ-34.5"


class OfferChanged(Conflict):
    """The price is no longer what the holder confirmed."""

    code = "offer.changed"
    title = "权益价格已变化，请重新确认"
    source = "CQ-34.10"


class SoldOut(Conflict):
    """Nothing of the stock is left."""

    code = "offer.sold_out"
    title = "该权益已兑完"
    source = "CQ-34.5"


class LimitReached(RuleBroken):
    """The holder has had as many of this offer as one person may."""

    code = "offer.limit_reached"
    title = "已达到每人限兑数量"
    source = "CQ-34.5"


class RedemptionNotFound(NotFound):
    """There is no such redemption, or it is another's."""

    code = "redemption.not_found"
    title = "未找到兑换记录"


class VoucherNotFound(NotFound):
    """No voucher of this merchant has this code; whose it is otherwise is not said."""

    code = "voucher.not_found"
    title = "券码无效"


class VoucherMistyped(RuleBroken):
    """The typed code's check sign does not fit: a sign was mistyped."""

    code = "voucher.mistyped"
    title = "券码输入有误，请核对"


class DisplayCodeExpired(Conflict):
    """The shown code is older than it may be; the holder's page shows a new one."""

    code = "voucher.display_code_expired"
    title = "二维码已过期，请刷新后重试"


class DisplayCodeUsed(Conflict):
    """The shown code was used before."""

    code = "voucher.display_code_used"
    title = "二维码已被使用"


class AlreadySettled(Conflict):
    """The redemption has ended; `state` says how."""

    code = "redemption.settled"
    title = "该兑换已结束"
    source = "CQ-34.6"


class VoucherLapsed(Conflict):
    """The time to use the voucher is over; its points go back."""

    code = "voucher.lapsed"
    title = "已超过使用期限，积分将退回"
    source = "Q-23"


class CorrectionNotFound(NotFound):
    """There is no such correction, or it is about another's points."""

    code = "correction.not_found"
    title = "未找到更正事项"


class CorrectionInvalid(RuleBroken):
    """Clause, evidence, reason or amount are not in order; `breaches` names each."""

    code = "correction.invalid"
    title = "更正申请不完整"
    source = "Q-25"


class CorrectionExists(Conflict):
    """There is already a correction about this behaviour."""

    code = "correction.exists"
    title = "该行为已有更正事项"
    source = "Q-25"


class SecondPersonNeeded(Forbidden):
    """Another person than the one who proposed must confirm or answer."""

    code = "correction.second_person"
    title = "须由另一人确认"
    source = "Q-25"


class ObjectionTimeOver(Conflict):
    """The fifteen days to object are over."""

    code = "correction.objection_time_over"
    title = "异议期已过"
    source = "Q-25"


class ObjectionTimeRuns(Conflict):
    """The fifteen days to object are not over."""

    code = "correction.objection_time_runs"
    title = "异议期未满，不能执行"
    source = "Q-25"
