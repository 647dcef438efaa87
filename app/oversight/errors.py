"""Refusals of reports of wrongdoing."""

from app.kernel.errors import NotFound, RuleBroken


class ReportNotFound(NotFound):
    """No report has this number, or the receipt code is another."""

    code = "oversight.report_not_found"
    title = "举报编号或查询码不对"
    source = "CQ-41.1"


class ReportIncomplete(RuleBroken):
    """The report says too little or too much; `breaches` names each field."""

    code = "oversight.report_incomplete"
    title = "请补充举报内容"
    source = "CQ-41.1"


class NoteMissing(RuleBroken):
    """The handling record and the answer are written in words."""

    code = "oversight.note_missing"
    title = "请写明处理情况（5 至 2000 字）"
    source = "CQ-41.1"
