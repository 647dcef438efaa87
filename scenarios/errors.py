"""Refusals of scenarios: registration, authorisations, intake."""

from app.kernel.errors import Conflict, Malformed, NotFound, RuleBroken, TooMany


class ScenarioNotFound(NotFound):
    """There is no such scenario, or it is another host's."""

    code = "scenario.not_found"
    title = "未找到该低碳场景"


NotThisHost = ScenarioNotFound
"""Another host's scenario is, for whoever asks, none (T-44)."""


class ScenarioCodeTaken(Conflict):
    """Another scenario has this code."""

    code = "scenario.code_taken"
    title = "该场景代码已被使用"


class ApplicationIncomplete(Malformed):
    """The application lacks something; `breaches` names everything that is missing or wrong."""

    code = "scenario.application_incomplete"
    title = "场景登记申请不完整"
    source = "CQ-32.2"


class HostNotDomestic(RuleBroken):
    """Only an organisation registered in China may run a scenario."""

    code = "scenario.host_not_domestic"
    title = "场景方应为国内企事业单位、团体、协会或其他社会组织"
    source = "CQ-32.1"


class DistrictUnknown(Malformed):
    """The area code is not one of Chongqing's districts and counties."""

    code = "scenario.district_unknown"
    title = "行政区划代码不在重庆市辖区内"
    source = "CQ-2.1"


class ReasonMissing(Malformed):
    """This act needs a reason."""

    code = "scenario.reason_missing"
    title = "请填写理由"


class AgreedAlready(Conflict):
    """This side has accepted the agreement before."""

    code = "scenario.agreed_already"
    title = "本方已确认协商一致"
    source = "CQ-32.4"


class SandboxesEnough(Conflict):
    """The host has as many sandboxes as it may have."""

    code = "scenario.sandboxes_enough"
    title = "沙箱场景已达上限"


class LatenessOutOfBounds(Malformed):
    """Rows may come from 0 to 3,650 days late."""

    code = "scenario.lateness_out_of_bounds"
    title = "迟报期限应为 0 至 3650 天"
    source = "Q-31"


class NormNotFound(NotFound):
    """There is no evaluation norm in force."""

    code = "norm.not_found"
    title = "没有现行的场景评价规范"
    source = "CQ-31.2"


class NormInvalid(Malformed):
    """The evaluation norm cannot be published; `breaches` names every fault."""

    code = "norm.invalid"
    title = "场景评价规范内容有误"
    source = "CQ-31.2"


class NormTaken(Conflict):
    """A norm with this version or first day exists."""

    code = "norm.taken"
    title = "该版本号或生效日已有评价规范"
    source = "CQ-31.2"


class ScoresInvalid(Malformed):
    """The scores do not fit the norm; `breaches` names every fault."""

    code = "scenario.scores_invalid"
    title = "评分与评价规范不符"
    source = "CQ-31.2"


class MethodChanged(Conflict):
    """A published version of a method never changes; new numbers are a new version."""

    code = "method.changed"
    title = "已发布的核算方法版本不得更改，请发布新版本"
    source = "CQ-31.3"


class MethodVersionsOverlap(Conflict):
    """Two versions of one method would hold on the same day."""

    code = "method.versions_overlap"
    title = "核算方法版本的有效期重叠"
    source = "CQ-31.3"


class MethodNotAhead(RuleBroken):
    """A new version of a method holds from a day after its publication on; never backwards."""

    code = "method.not_ahead"
    title = "核算方法新版本的生效日须在公布日之后"
    source = "CQ-31.3"


class VersionNotNext(Conflict):
    """The version does not follow the latest one, or changes what only code can change."""

    code = "method.not_next"
    title = "核算方法已有更新的版本，请按最新版本重新起草"
    source = "CQ-31.3"


class MethodUnknown(Malformed):
    """The scenario does not use this method, or it was not said which of several."""

    code = "scenario.method_unknown"
    title = "该场景未登记此核算方法"
    source = "CQ-31.3"


class ScenarioNotListed(RuleBroken):
    """Nothing is authorised for or taken from a scenario that is not listed."""

    code = "scenario.not_listed"
    title = "该场景未上架，不能授权或接收数据"
    source = "CQ-34.2"


class AuthorisationNotFound(NotFound):
    """There is no such authorisation, or it is another's."""

    code = "authorisation.not_found"
    title = "未找到该授权"


class AuthorisationTextOutdated(Conflict):
    """The text that was shown is not the scenario's present one."""

    code = "authorisation.text_outdated"
    title = "授权文本已更新，请重新阅读"
    source = "CQ-34.1"


class DataKindsWrong(Malformed):
    """An authorisation names exactly the kinds of data that the scenario reads."""

    code = "authorisation.data_kinds_wrong"
    title = "授权的数据种类与场景所需不符"
    source = "Q-57"


class HostUserWrong(Malformed):
    """The reference at the host is empty, too long or holds control characters."""

    code = "authorisation.host_user_wrong"
    title = "场景方用户编号有误"


class HostUserTaken(Conflict):
    """Somebody else's authorisation for this user of the host is in force or proposed."""

    code = "authorisation.host_user_taken"
    title = "该场景方用户已与其他账户关联"
    source = "CQ-34.1"


class ProposalNotFound(NotFound):
    """There is no such open proposal for this person."""

    code = "link.not_found"
    title = "未找到该关联申请"


class TooManyLinks(Malformed):
    """More links at once than are taken."""

    code = "link.too_many"
    title = "一次提交的关联过多"


class ProfileNotFound(NotFound):
    """The scenario has no mapping profile of this name."""

    code = "profile.not_found"
    title = "未找到该映射配置"


class ProfileNameWrong(Malformed):
    """A profile's name is 2 to 40 lower-case letters, digits and hyphens."""

    code = "profile.name_wrong"
    title = "映射配置名称有误"


class UploadNotFound(NotFound):
    """There is no such upload, or it is another host's."""

    code = "upload.not_found"
    title = "未找到该上传"


class UploadsWaiting(TooMany):
    """The scenario has as many unfinished uploads as are allowed."""

    code = "upload.too_many_waiting"
    title = "待处理的上传过多，请稍后再试"


class TooManyRows(Malformed):
    """More rows than one request may carry; send a file."""

    code = "intake.too_many_rows"
    title = "一次请求的记录过多，请改用文件上传"


class NoRows(Malformed):
    """The request carries no row."""

    code = "intake.no_rows"
    title = "请求中没有记录"


class HeldRowNotFound(NotFound):
    """There is no such row waiting for review."""

    code = "held_row.not_found"
    title = "未找到该待复核记录"


class HeldRowDecided(Conflict):
    """The row was decided before."""

    code = "held_row.decided"
    title = "该记录已复核"


class ClaimNotFound(NotFound):
    """There is no such claim, or it is another's."""

    code = "claim.not_found"
    title = "未找到该申诉"


class ClaimDayWrong(RuleBroken):
    """A claim is about a day that is past and from which the host may still send data."""

    code = "claim.day_wrong"
    title = "只能申诉今天以前、仍在补传期内的行为"
    source = "Q-71"


class ClaimNotAuthorised(RuleBroken):
    """The scenario was not authorised on that day, so no data of it may be taken."""

    code = "claim.not_authorised"
    title = "当天没有授权该场景，不能接收当天的数据"
    source = "CQ-34.1"


class ClaimExists(Conflict):
    """A claim about this scenario and day is open."""

    code = "claim.exists"
    title = "同一场景同一天的申诉正在处理"
    source = "Q-71"


class ClaimsTooMany(RuleBroken):
    """The account has as many open claims as are allowed."""

    code = "claim.too_many"
    title = "处理中的申诉过多，请等已提交的有了答复再提"
    source = "Q-71"


class ClaimSaysNothing(Malformed):
    """A claim says what is missing, in 1,000 characters at most."""

    code = "claim.says_nothing"
    title = "请写明缺少了什么"


class NothingArrived(RuleBroken):
    """No data of that day came in after the claim was filed."""

    code = "claim.nothing_arrived"
    title = "申诉提出以后，场景方还没有送来当天的数据"
    source = "Q-71"


class AnotherPersonNeeded(RuleBroken):
    """An appeal is decided by another person than the one who refused."""

    code = "claim.another_person_needed"
    title = "复核须由另一人作出"
    source = "Q-71"
