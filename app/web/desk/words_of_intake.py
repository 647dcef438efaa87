"""Words for what becomes of the rows of a file (数据接入用语)."""

from collections.abc import Mapping
from typing import Final

from app.web.presentation.language import lazy_gettext
from app.web.public.labels import Look

UPLOAD_STATES: Final[Mapping[str, Look]] = {
    "queued": Look(lazy_gettext("排队中"), "hourglass", "quiet"),
    "reading": Look(lazy_gettext("读取中"), "loader-circle", "info"),
    "deciding": Look(lazy_gettext("核算中"), "loader-circle", "info"),
    "done": Look(lazy_gettext("已完成"), "circle-check", "good"),
    "failed": Look(lazy_gettext("未能处理"), "circle-x", "bad"),
}

DOORS: Final[Mapping[str, Look]] = {
    "file": Look(lazy_gettext("文件"), "file-up"),
    "api": Look(lazy_gettext("接口"), "plug"),
    "cli": Look(lazy_gettext("命令行"), "terminal"),
    "review": Look(lazy_gettext("复核放行"), "user-check"),
}

OUTCOMES: Final[Mapping[str, Look]] = {
    "accepted": Look(lazy_gettext("已接收"), "circle-check", "good"),
    "duplicate": Look(lazy_gettext("重复"), "copy", "quiet"),
    "conflict": Look(lazy_gettext("内容冲突"), "circle-x", "bad"),
    "unauthorised": Look(lazy_gettext("未授权"), "shield-x", "bad"),
    "capped": Look(lazy_gettext("超过上限"), "circle-gauge", "warn"),
    "late": Look(lazy_gettext("迟到"), "calendar-x", "warn"),
    "future": Look(lazy_gettext("时间在未来"), "calendar-x", "bad"),
    "out_of_scope": Look(lazy_gettext("不在范围内"), "funnel", "quiet"),
    "no_method": Look(lazy_gettext("无适用方法"), "calculator", "warn"),
    "zero": Look(lazy_gettext("无减排量"), "circle-slash", "quiet"),
    "invalid": Look(lazy_gettext("无效"), "circle-x", "bad"),
    "held": Look(lazy_gettext("待复核"), "user-check", "warn"),
}

REASONS: Final[Mapping[str, Look]] = {
    "whole": Look(lazy_gettext("全额计入")),
    "grams": Look(lazy_gettext("达到每日减排量上限")),
    "count": Look(lazy_gettext("超过每日次数上限")),
    "count_year": Look(lazy_gettext("超过每年次数上限")),
    "in_this_upload": Look(lazy_gettext("在本次上传中重复出现")),
    "accepted_before": Look(lazy_gettext("以前已接收")),
    "capped_before": Look(lazy_gettext("以前因上限未计入")),
    "unauthorised_before": Look(lazy_gettext("以前因未授权被拒")),
    "late_before": Look(lazy_gettext("以前因迟到被拒")),
    "future_before": Look(lazy_gettext("以前因时间在未来被拒")),
    "held_before": Look(lazy_gettext("以前已进入复核")),
    "invalid_before": Look(lazy_gettext("以前因无效被拒")),
    "zero_before": Look(lazy_gettext("以前无减排量")),
    "out_of_scope_before": Look(lazy_gettext("以前不在范围内")),
    "no_method_before": Look(lazy_gettext("以前无适用方法")),
    "account_closed": Look(lazy_gettext("账户已注销")),
    "before_authorisation": Look(lazy_gettext("行为发生在授权之前")),
    "data_kinds": Look(lazy_gettext("授权未包含所需数据种类")),
    "withdrawn": Look(lazy_gettext("授权已撤回")),
    "no_link": Look(lazy_gettext("该用户没有授权")),
    "too_late": Look(lazy_gettext("超过场景允许的迟到天数")),
    "after_receipt": Look(lazy_gettext("时间晚于收到数据的时间")),
    "not_in_force": Look(lazy_gettext("行为当日没有生效的核算方法")),
    "below_one_gram": Look(lazy_gettext("减排量不足一克")),
    "zero_quantity": Look(lazy_gettext("数量为零")),
    "negative_quantity": Look(lazy_gettext("差值为负")),
    "filtered": Look(lazy_gettext("被映射配置的筛选条件排除")),
    "columns": Look(lazy_gettext("列数与表头不符")),
    "csv": Look(lazy_gettext("CSV 格式有误")),
    "json": Look(lazy_gettext("JSON 格式有误")),
    "not_an_object": Look(lazy_gettext("不是一条记录")),
    "unfinished": Look(lazy_gettext("缺少数量或计时时间")),
    "quantity": Look(lazy_gettext("数量无法读取")),
    "unit": Look(lazy_gettext("单位未知")),
    "negative": Look(lazy_gettext("数量为负")),
    "absurd": Look(lazy_gettext("数量超出合理范围")),
    "no_user": Look(lazy_gettext("缺少用户编号")),
    "user": Look(lazy_gettext("用户编号有误")),
    "time": Look(lazy_gettext("时间无法读取")),
    "ended_before_start": Look(lazy_gettext("结束早于开始")),
    "no_record_id": Look(lazy_gettext("缺少记录编号")),
    "record_id": Look(lazy_gettext("记录编号有误")),
    "review_above": Look(lazy_gettext("数量偏大，需人工复核")),
}

DATA_KINDS: Final[Mapping[str, Look]] = {
    "session_time": Look(lazy_gettext("充电时间"), "clock"),
    "drop_time": Look(lazy_gettext("投放时间"), "clock"),
    "meter_reading": Look(lazy_gettext("电表读数"), "gauge"),
    "place": Look(lazy_gettext("起止地点"), "map-pin"),
}
