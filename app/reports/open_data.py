"""Open data (开放数据): the datasets that anyone may take away, each with its documented columns.

A dataset is a name that never changes, columns with a type and a meaning in both languages, and
rows of plain values. The same rows leave as CSV and as JSON.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.disclosure import queries
from app.disclosure.errors import DatasetNotFound
from app.disclosure.values import LICENCE
from app.kernel.sources import cites
from app.reports import open_rows
from points.queries.statement_csv import BYTE_ORDER_MARK, safe_cell

ATTRIBUTION: Final = "重庆“碳惠通”生态产品价值实现平台"
Row = dict[str, Any]


class Column(NamedTuple):
    """One column: its name, its type after Table Schema, and what it holds."""

    name: str
    type: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A set of rows with a stable name."""

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    columns: tuple[Column, ...]
    rows: Callable[[Session], Iterable[Row]]


def _c(name: str, kind: str, zh: str, en: str) -> Column:
    return Column(name, kind, zh, en)


DATASETS: Final = (
    Dataset(
        name="figures",
        zh="每月公开数字",
        en="Monthly figures",
        about_zh="账户、减碳量和积分，按月、按方法或类别汇总。每一个数字和任意两个数字之差都至少汇总十个人；"
        "不足十人的部分等到满十人时计入。",
        about_en="Accounts, reductions and points by month and by method or category. Every figure, and every"
        " difference of two, tells of ten people at least; what fewer brought is counted once they are ten.",
        columns=(
            _c("month", "yearmonth", "月份", "Month"),
            _c("measure", "string", "指标", "Measure: opened, closed, reduction_g, issued, redeemed, …"),
            _c(
                "cell",
                "string",
                "方法或商城类别；不分时为空",
                "Method or category; empty for all",
            ),
            _c(
                "amount",
                "integer",
                "账户数、克、百分之一分或次",
                "Accounts, grams, 1/100 points, vouchers",
            ),
        ),
        rows=open_rows.figures,
    ),
    Dataset(
        name="scenarios",
        zh="低碳场景",
        en="Low-carbon scenarios",
        about_zh="已上架和暂停的低碳场景、场景方和核算方法。",
        about_en="Scenarios that are listed or suspended, their hosts and methods.",
        columns=(
            _c("code", "string", "场景代码", "Code"),
            _c("name", "string", "名称", "Name in Chinese"),
            _c("name_en", "string", "英文名称", "Name in English"),
            _c("host", "string", "场景方", "Host"),
            _c("life_field", "string", "衣食住行用", "Field of life"),
            _c("area_code", "string", "区县代码", "Code of the district"),
            _c("state", "string", "状态", "State: listed or suspended"),
            _c("listed_on", "date", "上架日期", "Listed on"),
            _c("methods", "string", "核算方法，以空格分隔", "Accounting methods, separated by blanks"),
        ),
        rows=open_rows.scenarios,
    ),
    Dataset(
        name="merchants",
        zh="权益提供单位",
        en="Merchants",
        about_zh="现在接受积分的权益提供单位。",
        about_en="Merchants that accept points now.",
        columns=(
            _c("id", "integer", "编号", "Number"),
            _c("name", "string", "名称", "Name in Chinese"),
            _c("name_en", "string", "英文名称", "Name in English"),
            _c("category", "string", "类别", "Category"),
            _c("area_code", "string", "区县代码", "Code of the district"),
            _c("address", "string", "地址", "Address"),
            _c("admitted_on", "date", "加入日期", "Admitted on"),
        ),
        rows=open_rows.merchants,
    ),
    Dataset(
        name="conversion-rules",
        zh="碳积分转换规则",
        en="Conversion rules",
        about_zh="全部版本：现行的、以前的和已公布尚未生效的。",
        about_en="Every version: in force, before, and published to come.",
        columns=(
            _c("version", "string", "版本", "Version"),
            _c("grams_per_point", "integer", "每分克数", "Grams of CO2e for one point"),
            _c("validity_months", "integer", "有效月数", "Months of validity"),
            _c("valid_from", "date", "生效日期（含）", "Holds from, included"),
            _c("valid_until", "date", "止于（不含）；未定为空", "Holds until, excluded; empty while open"),
            _c("published_at", "datetime", "公布时间", "Published at"),
            _c("text_zh", "string", "中文条文", "Text in Chinese"),
            _c("text_en", "string", "英文条文", "Text in English"),
        ),
        rows=open_rows.conversion_rules,
    ),
    Dataset(
        name="methods",
        zh="核算方法",
        en="Accounting methods",
        about_zh="每种方法的全部版本：公式、上限、证据等级、来源和适用期间。",
        about_en="Every version of every method: formula, caps, class of evidence, source, period.",
        columns=(
            _c("method", "string", "方法代码", "Code of the method"),
            _c("name", "string", "名称", "Name in Chinese"),
            _c("name_en", "string", "英文名称", "Name in English"),
            _c("version", "integer", "版本", "Version"),
            _c("valid_from", "date", "适用于自（含）的行为", "For behaviour from, included"),
            _c("valid_until", "date", "止于（不含）；未定为空", "Until, excluded; empty while open"),
            _c("unit", "string", "计量单位", "Unit of quantity"),
            _c("formula", "string", "公式", "Formula in Chinese"),
            _c("formula_en", "string", "英文公式", "Formula in English"),
            _c("cap_count", "integer", "每人每天次数上限", "Behaviours per person and day"),
            _c("cap_grams", "integer", "每人每天克数上限", "Grams per person and day"),
            _c("cap_count_year", "integer", "每人每年次数上限", "Behaviours per person and year"),
            _c("evidence_class", "string", "证据等级", "Class of evidence, A to D"),
            _c("evidence_weight", "number", "证据权重", "Weight of the evidence"),
            _c("certainty", "string", "可靠程度", "Certainty"),
            _c("source", "string", "来源", "Source"),
        ),
        rows=open_rows.methods,
    ),
    Dataset(
        name="factors",
        zh="排放因子与参数",
        en="Factors and parameters",
        about_zh="每个方法版本所用的每个数值，带单位、来源和可靠程度。",
        about_en="Every number that a version of a method uses, with unit, source and certainty.",
        columns=(
            _c("method", "string", "方法代码", "Code of the method"),
            _c("version", "integer", "方法版本", "Version of the method"),
            _c("parameter", "string", "参数", "Parameter"),
            _c("name", "string", "名称", "Name in Chinese"),
            _c("name_en", "string", "英文名称", "Name in English"),
            _c("value", "number", "取值", "Value, exact"),
            _c("unit", "string", "单位", "Unit"),
            _c("certainty", "string", "可靠程度", "Certainty"),
            _c("source", "string", "来源", "Source"),
            _c("valid_from", "date", "取值生效日期", "The number holds from"),
            _c("method_valid_from", "date", "方法版本自（含）", "The version holds from, included"),
            _c("method_valid_until", "date", "方法版本止（不含）", "The version holds until, excluded"),
        ),
        rows=open_rows.factors,
    ),
    Dataset(
        name="snapshots",
        zh="每月快照目录",
        en="Monthly snapshots",
        about_zh="每份公开快照的编号、更正关系和散列值；散列值前后相连。",
        about_en="Number, correction and hash of each snapshot; every hash covers the one before.",
        columns=(
            _c("number", "string", "编号", "Number"),
            _c("month", "yearmonth", "月份", "Month"),
            _c("edition", "integer", "版次", "Edition"),
            _c("corrects", "string", "更正哪一份", "Number of the snapshot that it corrects"),
            _c("reason", "string", "更正原因", "Why it was corrected"),
            _c("made_at", "datetime", "公布时间", "Published at"),
            _c("prev_sha256", "string", "前一份的散列值", "Hash of the snapshot before"),
            _c("sha256", "string", "散列值", "Hash"),
        ),
        rows=open_rows.snapshots,
    ),
)


class Copy(NamedTuple):
    """The bytes of a dataset in one format and what tells them from others."""

    body: bytes
    media_type: str
    tag: str


def dataset(name: str) -> Dataset:
    """Return a dataset.

    Raises:
        DatasetNotFound: none has this name.
    """
    for each in DATASETS:
        if each.name == name:
            return each
    raise DatasetNotFound(dataset=name)


@cites("CQ-36.4", "CQ-36.5")
def as_csv(session: Session, name: str) -> Copy:
    """Return a dataset as CSV: UTF-8 with a byte order mark, heads in the first row.

    Source: CQ-36.4, CQ-36.5.
    """
    return _copy("".join(csv_rows(dataset(name), session)), "text/csv")


@cites("CQ-36.4", "CQ-36.5")
def as_json(session: Session, name: str) -> Copy:
    """Return a dataset as JSON, with its columns and its licence.

    Source: CQ-36.4, CQ-36.5.
    """
    found = dataset(name)
    last = queries.last_day(session)
    told = {
        "dataset": found.name,
        "title": {"zh": found.zh, "en": found.en},
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "up_to": last.isoformat() if last else None,
        "columns": [column._asdict() for column in found.columns],
        "rows": [{column.name: row[column.name] for column in found.columns} for row in found.rows(session)],
    }
    return _copy(json.dumps(told, ensure_ascii=False, indent=1), "application/json")


def csv_rows(found: Dataset, session: Session) -> Iterator[str]:
    """Yield the lines of a dataset; no cell is one that a spreadsheet would run."""
    yield BYTE_ORDER_MARK + _line([column.name for column in found.columns])
    for row in found.rows(session):
        yield _line([safe_cell(row[column.name]) for column in found.columns])


def package() -> Copy:
    """Return the description of all datasets for machines: a Frictionless Data Package."""
    told = {
        "name": "tanhuitong",
        "title": ATTRIBUTION,
        "licenses": [{"name": LICENCE, "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": [
            {
                "name": each.name,
                "title": each.zh,
                "description": f"{each.about_zh}\n{each.about_en}",
                "path": f"{each.name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8-sig",
                "schema": {
                    "fields": [
                        {
                            "name": column.name,
                            "type": column.type,
                            "title": column.zh,
                            "description": column.en,
                        }
                        for column in each.columns
                    ]
                },
            }
            for each in DATASETS
        ],
    }
    return _copy(json.dumps(told, ensure_ascii=False, indent=1), "application/json")


def figures_of_snapshot(body: str) -> Copy:
    """Return the figures of a snapshot as CSV."""
    heads = ("measure", "cell", "in_month", "to_date")
    lines = [_line([safe_cell(row[head]) for head in heads]) for row in json.loads(body)["figures"]]
    return _copy("".join([BYTE_ORDER_MARK + _line(heads), *lines]), "text/csv")


def of_text(body: str) -> Copy:
    """Return a published JSON text as it is."""
    return _copy(body, "application/json")


def _copy(body: str, media_type: str) -> Copy:
    raw = body.encode()
    return Copy(raw, media_type, hashlib.sha256(raw).hexdigest())


def _line(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
