"""Refusals of identity."""

from app.kernel.errors import Conflict, Forbidden, Malformed, NotFound, RuleBroken, TooMany, Unauthenticated


class SignInFailed(Unauthenticated):
    """Login, password or second factor is wrong, or the login is locked; which of them is not said."""

    code = "sign_in.failed"
    title = "登录信息有误，或该登录名因多次失败已暂时锁定"
    source = "T-49"


class CodeNotValid(Unauthenticated):
    """The one-time code is wrong, used, too old or of another browser; which is not said."""

    code = "sign_in.code_not_valid"
    title = "验证码无效或已过期，请重新获取"
    source = "T-50"


class KeyNotValid(Unauthenticated):
    """The API key is unknown or revoked."""

    code = "api_key.not_valid"
    title = "接口密钥无效"


class FactorNotFresh(Forbidden):
    """The act needs a factor given within the last minutes."""

    code = "sign_in.factor_not_fresh"
    title = "请再次验证身份后继续"
    source = "T-50"


class CodesTooOften(TooMany):
    """Enough codes were sent to this phone, or from this network, for now."""

    code = "sign_in.codes_too_often"
    title = "验证码获取过于频繁，请稍后再试"
    source = "T-51"


class SessionNotFound(NotFound):
    """The actor has no such session."""

    code = "session.not_found"
    title = "未找到该登录设备"


class PhoneMalformed(RuleBroken):
    """It is no mobile number."""

    code = "person.phone_malformed"
    title = "手机号格式有误"


class PhoneTaken(Conflict):
    """The phone belongs to another person."""

    code = "person.phone_taken"
    title = "该手机号已被使用"


class PersonNotFound(NotFound):
    """There is no such person."""

    code = "person.not_found"
    title = "未找到该用户"


class PrivacyNotAccepted(RuleBroken):
    """The present privacy notice was not accepted."""

    code = "person.privacy_not_accepted"
    title = "请先阅读并同意隐私政策"
    source = "CQ-35.2"


class IdentityMalformed(RuleBroken):
    """Name, number or day of birth cannot be right; each breach is named."""

    code = "person.identity_malformed"
    title = "身份信息有误"
    source = "CQ-8.1"


class IdentityTaken(Conflict):
    """Another person has this paper."""

    code = "person.identity_taken"
    title = "该证件已被其他账户使用"
    source = "Q-37"


class IdentityFixed(Conflict):
    """The person's identity is known and does not change."""

    code = "person.identity_fixed"
    title = "身份信息已核实，不能更改"


class IdentityMissing(RuleBroken):
    """The person's identity is not known yet."""

    code = "person.identity_missing"
    title = "请先完成身份信息"
    source = "Q-37"


class GuardianNeeded(RuleBroken):
    """Children under 14 need the consent of a guardian."""

    code = "person.guardian_needed"
    title = "未满14周岁须经监护人同意"
    source = "Q-37"


class GuardianUnfit(RuleBroken):
    """A guardian is another person, of age and with a known identity."""

    code = "person.guardian_unfit"
    title = "监护人须为已完成身份信息的成年人"
    source = "Q-37"


class WardNotFound(NotFound):
    """Nobody named the actor as guardian under this number."""

    code = "person.ward_not_found"
    title = "未找到该被监护人"


class LoginTaken(Conflict):
    """Another staff user has this login."""

    code = "staff.login_taken"
    title = "该登录名已被使用"


class LoginMalformed(RuleBroken):
    """A login has 3 to 40 small letters, digits, dots, hyphens or underscores."""

    code = "staff.login_malformed"
    title = "登录名格式有误"


class StaffNotFound(NotFound):
    """There is no such staff user."""

    code = "staff.not_found"
    title = "未找到该工作人员"


class PasswordWeak(RuleBroken):
    """The password is too short or among those that are tried first."""

    code = "staff.password_weak"
    title = "密码过短或过于常见，请换一个至少12位的密码"


class ActivationNotValid(Unauthenticated):
    """Login or activation code is wrong, used, taken back or too old; which of them is not said."""

    code = "sign_in.activation_not_valid"
    title = "登录名或激活码有误，或激活码已失效，请向本单位管理员索取新的"
    source = "T-49"


class OwnAccountKept(RuleBroken):
    """Nobody resets or ends their own sign-in in this way; another manager does."""

    code = "staff.own_account"
    title = "不能停用或重置自己的账号，请由本单位另一位管理员办理"
    source = "T-48"


class WorksElsewhere(Conflict):
    """The person holds other roles too, which this organisation does not give."""

    code = "staff.works_elsewhere"
    title = "该人员还有本单位不能管理的岗位，不能由本单位重置"
    source = "T-47"


class SecondFactorFixed(Conflict):
    """The second factor is set up already."""

    code = "staff.second_factor_fixed"
    title = "已启用动态验证码"


class OrganisationMalformed(RuleBroken):
    """The number or another entry of the organisation cannot be right; each breach is named."""

    code = "organisation.malformed"
    title = "单位信息有误"
    source = "CQ-5.1"


class OrganisationTaken(Conflict):
    """The organisation is registered already."""

    code = "organisation.taken"
    title = "该单位已登记"


class OrganisationNotFound(NotFound):
    """There is no such organisation."""

    code = "organisation.not_found"
    title = "未找到该单位"


class RolesExclude(RuleBroken):
    """One person does not hold roles that supervise each other."""

    code = "membership.roles_exclude"
    title = "不能兼任相互监督的岗位"
    source = "T-48"


class RoleUnfit(RuleBroken):
    """The role does not exist in such an organisation."""

    code = "membership.role_unfit"
    title = "该单位没有此岗位"
    source = "CQ-4.1"


class MembershipNotFound(NotFound):
    """Nobody holds this role there now."""

    code = "membership.not_found"
    title = "未找到该任职"


class AppointmentOverlaps(Conflict):
    """Another operator is appointed on one of the days."""

    code = "appointment.overlaps"
    title = "该期间已有运营主体"
    source = "CQ-6.8"


class MandateOverlaps(Conflict):
    """Another organisation is entrusted with the same system on one of the days."""

    code = "mandate.overlaps"
    title = "该期间已有管理服务机构或交易机构"
    source = "CQ-6.2"


class MandateMalformed(RuleBroken):
    """The mandate lacks its ground or its days are in the wrong order; each breach is named."""

    code = "mandate.malformed"
    title = "机构委托信息有误"
    source = "CQ-6.2"


class MandateNotFound(NotFound):
    """There is no such mandate."""

    code = "mandate.not_found"
    title = "未找到该机构委托"


class AppointmentNotFound(NotFound):
    """There is no such appointment."""

    code = "appointment.not_found"
    title = "未找到该委托"


class AppointmentMalformed(RuleBroken):
    """The appointment lacks its selection or its days are in the wrong order; each breach is named."""

    code = "appointment.malformed"
    title = "运营主体委托信息有误"
    source = "CQ-6.8"


class TargetMalformed(RuleBroken):
    """The target names no year or goal that can be."""

    code = "target.malformed"
    title = "年度目标信息有误"
    source = "CQ-6.9"


class KeyNotFound(NotFound):
    """The organisation has no such API key."""

    code = "api_key.not_found"
    title = "未找到该接口密钥"


class ScopesUnfit(RuleBroken):
    """A key may do no more than machines may and its maker may."""

    code = "api_key.scopes_unfit"
    title = "接口密钥权限超出允许范围"


class AreaUnknown(Malformed):
    """There is no such district."""

    code = "area.unknown"
    title = "区县代码有误"


class ConsentMissing(RuleBroken):
    """What is sensitive is processed only with a consent of its own."""

    code = "consent.missing"
    title = "请先单独同意处理身份信息"
    source = "T-63"


class ConsentOutdated(Conflict):
    """Another text of the consent holds now."""

    code = "consent.outdated"
    title = "同意书已更新，请重新阅读"
    source = "T-63"


class ConsentNotForChildren(RuleBroken):
    """Nobody under 14 is ranked."""

    code = "consent.not_for_children"
    title = "未满十四周岁不参加排行"
    source = "T-63"


class HoursWrong(Malformed):
    """Quiet hours begin and end at hours of a day."""

    code = "message.hours_wrong"
    title = "免打扰时段有误"


class EmailMalformed(RuleBroken):
    """It is no e-mail address."""

    code = "email.malformed"
    title = "邮箱地址格式有误"


class EmailCodeWrong(RuleBroken):
    """The code is another, too old, or was tried too often."""

    code = "email.code_wrong"
    title = "验证码不对或已过期，请重新获取"


class OutsideArea(Forbidden):
    """A district's bureau sees and annotates only what lies in its own area."""

    code = "area.outside"
    title = "不在本辖区，无权查看或批注"
    source = "CQ-4.3"


class NoteEmpty(RuleBroken):
    """A note says something, in 2,000 characters at most; the breach is named."""

    code = "area.note_empty"
    title = "请填写批注内容，不超过2000字"
    source = "CQ-4.3"
