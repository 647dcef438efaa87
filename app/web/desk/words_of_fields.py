"""Names of the fields of staff's forms (栏目名称), as the summary of a refused form tells them."""

from collections.abc import Mapping
from typing import Final

from app.web.presentation.language import lazy_gettext

FIELDS: Final[Mapping[str, str]] = {
    "account_number": lazy_gettext("碳账户号"),
    "address": lazy_gettext("地址"),
    "amount": lazy_gettext("积分数"),
    "area_code": lazy_gettext("区县"),
    "authorisation_text": lazy_gettext("授权文本"),
    "authorisation_version": lazy_gettext("授权文本版本"),
    "behaviour_id": lazy_gettext("行为编号"),
    "category": lazy_gettext("类别"),
    "code": lazy_gettext("代码"),
    "columns": lazy_gettext("列"),
    "confirmed": lazy_gettext("确认"),
    "data_kinds": lazy_gettext("需要授权的数据"),
    "days": lazy_gettext("迟报期限"),
    "description": lazy_gettext("说明"),
    "ends_on": lazy_gettext("结束日期"),
    "evidence": lazy_gettext("证明材料"),
    "evidence_title": lazy_gettext("材料名称"),
    "file": lazy_gettext("数据文件"),
    "goal": lazy_gettext("目标"),
    "grams_per_point": lazy_gettext("每分对应的减排量"),
    "lateness_reason": lazy_gettext("更改理由"),
    "items": lazy_gettext("评价项"),
    "life_field": lazy_gettext("生活领域"),
    "links": lazy_gettext("用户与手机号"),
    "measure": lazy_gettext("指标"),
    "method": lazy_gettext("核算方法"),
    "methods": lazy_gettext("核算方法"),
    "name": lazy_gettext("名称"),
    "name_en": lazy_gettext("英文名称"),
    "note": lazy_gettext("备注"),
    "operating_since": lazy_gettext("开始运行日期"),
    "organisation_id": lazy_gettext("单位"),
    "pass_score": lazy_gettext("及格分"),
    "per_person": lazy_gettext("每人限兑"),
    "picture": lazy_gettext("图片"),
    "picture_file": lazy_gettext("图片文件"),
    "price": lazy_gettext("价格"),
    "reason": lazy_gettext("理由"),
    "remark": lazy_gettext("备注"),
    "rule_clause": lazy_gettext("规则条款"),
    "rows": lazy_gettext("所选的行"),
    "scopes": lazy_gettext("权限"),
    "selection_reference": lazy_gettext("公开竞争比选依据"),
    "starts_on": lazy_gettext("开始日期"),
    "stock": lazy_gettext("库存"),
    "terms": lazy_gettext("使用规则"),
    "text": lazy_gettext("配置内容"),
    "text_en": lazy_gettext("英文条文"),
    "text_zh": lazy_gettext("中文条文"),
    "title": lazy_gettext("标题"),
    "title_en": lazy_gettext("英文标题"),
    "use_days": lazy_gettext("受理期限"),
    "valid_from": lazy_gettext("开始日期"),
    "valid_until": lazy_gettext("结束日期"),
    "validity_months": lazy_gettext("积分有效期"),
    "version": lazy_gettext("版本号"),
    "way": lazy_gettext("场景与映射配置"),
    "year": lazy_gettext("年度"),
}


def field_name(name: str) -> str:
    """Return what a field is called; one without a name as it is."""
    return FIELDS.get(name) or name
