"""Refusals about bodies, commissions, methodologies, experts and papers."""

from app.kernel.errors import Conflict, NotFound, RuleBroken


class RecognitionNotFound(NotFound):
    """There is no such recognition of a body."""

    code = "recognition.not_found"
    title = "未找到该机构认可"


class RecognitionMalformed(RuleBroken):
    """The recognition lacks its scope or ground, or its days are in the wrong order; each is named."""

    code = "recognition.malformed"
    title = "机构认可信息有误"
    source = "CQ-21.1"


class RecognitionRunning(Conflict):
    """A recognition of the body has not ended."""

    code = "recognition.running"
    title = "该机构已有未终止的认可"
    source = "CQ-21.1"


class SignerNotFound(NotFound):
    """The body has named nobody like this to sign for it."""

    code = "signer.not_found"
    title = "未找到该责任人员"


class InterestMalformed(RuleBroken):
    """An interest binds one body or expert to one other party, and says how."""

    code = "interest.malformed"
    title = "利益关系信息有误"
    source = "CQ-21.3"


class CommissionNotFound(NotFound):
    """There is no such commission, or it is another's."""

    code = "commission.not_found"
    title = "未找到该委托"


class CommissionExists(Conflict):
    """A body is commissioned for the case already."""

    code = "commission.exists"
    title = "该项目或批次已委托机构，请先终止原委托"
    source = "CQ-17.2"


class ReportNotFound(NotFound):
    """There is no such report."""

    code = "report.not_found"
    title = "未找到该报告"


class FlagNotFound(NotFound):
    """There is no such flag on a report."""

    code = "report_flag.not_found"
    title = "未找到该复核标记"


class MethodologyExists(Conflict):
    """The code, or the version of a methodology, is taken."""

    code = "methodology.exists"
    title = "该方法学代码或版本已存在"


class MethodologyIncomplete(RuleBroken):
    """A version lacks what it needs to be issued, or to end; each thing is named."""

    code = "methodology.incomplete"
    title = "方法学不符合发布或废止的要求"
    source = "CQ-42.5"


class ProposalNotFound(NotFound):
    """There is no such proposal of a methodology."""

    code = "methodology_proposal.not_found"
    title = "未找到该方法学建议"


class FormulaMalformed(RuleBroken):
    """The formula cannot be read, or a test vector comes out otherwise; each place is named."""

    code = "formula.malformed"
    title = "核算公式有误或未通过验算"
    source = "CQ-42.5"


class InputsMalformed(RuleBroken):
    """What was monitored cannot be computed with; each input is named."""

    code = "formula.inputs"
    title = "监测数据不完整或超出范围"
    source = "CQ-16.2"


class ExpertNotFound(NotFound):
    """There is no such expert whose invitation holds."""

    code = "expert.not_found"
    title = "未找到该专家"


class ExpertInvited(Conflict):
    """The expert is invited already."""

    code = "expert.invited"
    title = "该专家已受邀"


class ExpertBound(RuleBroken):
    """The expert has a recorded interest in the owner."""

    code = "expert.bound"
    title = "专家与项目业主存在利益关系，不得指派"
    source = "CQ-7.2"


class AssignmentNotFound(NotFound):
    """The expert has no such assignment that still holds."""

    code = "expert_assignment.not_found"
    title = "未找到对您的指派"
    source = "CQ-7.1"


class PaperKept(RuleBroken):
    """The paper is kept: ten years after the last batch that rests on it are not over."""

    code = "paper.kept"
    title = "材料仍在保存期内"
    source = "CQ-17.13"


class LegacyMalformed(RuleBroken):
    """An earlier approval lacks something or does not fit; each thing is named."""

    code = "legacy.malformed"
    title = "历史项目信息有误"
    source = "CQ-43.1"
