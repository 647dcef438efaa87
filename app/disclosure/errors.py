"""Refusals of disclosure."""

from app.kernel.errors import Conflict, NotFound, RuleBroken


class SnapshotNotFound(NotFound):
    """No snapshot has this number."""

    code = "disclosure.snapshot_not_found"
    title = "未找到该公开快照"
    source = "CQ-36.4"


class DatasetNotFound(NotFound):
    """No open dataset has this name."""

    code = "disclosure.dataset_not_found"
    title = "未找到该开放数据集"


class MonthNotOver(RuleBroken):
    """A snapshot tells of a month that has ended and whose days are all added up."""

    code = "disclosure.month_not_over"
    title = "该月尚未结束或尚未汇总完毕"
    source = "Q-30"


class DayOutOfTurn(Conflict):
    """Days are added up one after the other, each after it has ended."""

    code = "disclosure.day_out_of_turn"
    title = "只能按顺序汇总已经结束的日期"
    source = "T-62"


class AlreadyCorrected(Conflict):
    """A snapshot is corrected once; the next correction corrects the latest edition."""

    code = "disclosure.already_corrected"
    title = "该快照已有更正版本，请更正最新版本"
    source = "CQ-36.5"


class CorrectionUnexplained(RuleBroken):
    """Who corrects what was published says why, in words that a reader understands."""

    code = "disclosure.correction_unexplained"
    title = "请说明更正的原因（10 至 500 字）"
    source = "CQ-36.5"
