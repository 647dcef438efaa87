"""The design pages: both languages, no inline code, forms with tokens, preferences that stay."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from app.web import presentation
from app.web.design_routes import PAGES
from app.web.presentation import addresses, navigation
from app.web.presentation.icons import IconDoesNotExist, icon
from app.web.presentation.navigation import Place, Section
from app.web.presentation.qr_codes import qr_svg

WEB = Path(__file__).parents[3] / "app/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
CHINESE = re.compile(r"[\u3400-\u9fff]+")
NAMES = {"中文", "张", "是", "否"}


class Page(HTMLParser):
    """What a test asks of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._hidden += tag in {"script", "style"}

    def handle_endtag(self, tag):
        self._hidden -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def seen(visitor, **query):
    answer = visitor.get("/design", query_string=query)
    assert answer.status_code == 200
    return Page(answer.text)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_its_landmarks_and_one_heading(visitor, page):
    found = seen(visitor, page=page)

    assert found.all("html")[0]["lang"] == "zh-CN"
    assert len(found.all("h1")) == 1
    assert [main["id"] for main in found.all("main")] == ["main"]
    assert found.all("a")[0]["href"] == "#main"
    assert found.all("title")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_english_throughout(visitor, page):
    found = seen(visitor, page=page, language="en")

    told = " ".join(found.words) + " ".join(
        value
        for _, attributes in found.found
        for key, value in attributes.items()
        if value and key in {"aria-label", "alt", "placeholder", "title"}
    )
    assert found.all("html")[0]["lang"] == "en"
    if page != "error":  # the name of the measure is Chinese in both languages
        assert set(CHINESE.findall(told)) - NAMES == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_carries_code_or_styles_of_its_own(visitor, page):
    found = seen(visitor, page=page)

    for tag, attributes in found.found:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "script" or attributes.get("src", "").startswith("/static/")
        for name in ("src", "href", "action"):
            assert not (attributes.get(name) or "").startswith(("http", "//"))


@pytest.mark.parametrize("page", PAGES)
def test_every_form_that_posts_carries_its_token(visitor, page):
    source = visitor.get("/design", query_string={"page": page}).text

    for form in re.findall(r'<form[^>]*method="post".*?</form>', source, re.DOTALL):
        assert 'name="csrf_token"' in form or "data-preferences" in form


@pytest.mark.parametrize("page", ["public-home", "error", "offline"])
def test_whoever_only_reads_needs_no_session(visitor, page):
    assert "token-of-the-form" not in visitor.get("/design", query_string={"page": page}).text


@pytest.mark.parametrize("page", PAGES)
def test_ids_are_unique_and_labels_find_their_fields(visitor, page):
    found = seen(visitor, page=page)
    ids = [attributes["id"] for _, attributes in found.found if attributes.get("id")]

    assert sorted(ids) == sorted(set(ids))
    for label in found.all("label"):
        assert label.get("for") is None or label["for"] in ids


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix()
)
def test_no_template_writes_inline_code(template):
    source = template.read_text("utf-8")

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|\| *safe\b", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


def test_a_first_page_is_light(visitor):
    html = len(gzip.compress(visitor.get("/design?page=citizen-home").data))
    static = [
        *(WEB / "static/css").glob("*.css"),
        WEB / "static/js/page.js",
        WEB / "static/vendor/htmx.min.js",
    ]
    files = sum(len(gzip.compress(path.read_bytes())) for path in static)

    assert html + files < 50_000


def test_preferences_are_kept_and_lead_back(visitor):
    answer = visitor.post("/preferences", data={"theme": "dark", "elder": "on", "next": "/design?page=mall"})
    page = Page(visitor.get(answer.location).text)

    assert (answer.status_code, answer.location) == (303, "/design?page=mall")
    assert page.all("html")[0]["data-theme"] == "dark"
    assert page.all("html")[0]["data-elder"] == "on"


@pytest.mark.parametrize(
    "asked", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nX: 1", "x"]
)
def test_nobody_is_sent_to_another_host(visitor, asked):
    answer = visitor.post("/preferences", data={"language": "en", "next": asked})

    assert answer.location == "/"


def test_wishes_that_mean_nothing_change_nothing(visitor):
    visitor.post("/preferences", data={"theme": "pink", "language": "xx", "text": "99", "elder": "maybe"})
    page = Page(visitor.get("/design").text)

    assert page.all("html")[0]["data-theme"] == "auto"
    assert page.all("html")[0]["lang"] == "zh-CN"


def test_an_icon_is_named_or_hidden():
    assert 'aria-hidden="true"' in icon("bus")
    assert 'role="img" aria-label="关闭 &lt;"' in icon("x", label="关闭 <")
    with pytest.raises(IconDoesNotExist):
        icon("no-such-icon")


def test_a_qr_code_is_drawn_without_styles():
    drawn = qr_svg("THT1.8F3K2Q7M", "卡券二维码")

    assert 'aria-label="卡券二维码"' in drawn
    assert "style" not in drawn


def test_static_files_have_addresses_that_change_with_them(visitor):
    assert re.search(r"/static/css/tokens\.css\?v=[0-9a-f]{10}", visitor.get("/design").text)


def test_parts_of_the_query_are_replaced_and_others_kept(pages):
    with pages.test_request_context("/list?sort=age&after=7&district=a&district=b"):
        turned = addresses.with_query(sort="left", after=None)

    assert turned == "/list?district=a&district=b&sort=left"


def test_an_audience_sees_its_places_where_it_is_and_what_waits():
    app = Flask("app.web")
    presentation.install(app)
    app.add_url_rule("/queue", "operator.queue", lambda: "")
    app.add_url_rule("/queue/<int:number>", "operator.scenario", lambda number: "")
    places = [
        Place("评估", "clipboard-check", "operator.queue", within=("operator.scenario",), count="waiting"),
        Place("尚未建成", "x", "operator.later"),
    ]
    navigation.offer(app, "operator", [Section("待办", places)], counts=lambda: {"waiting": 3})

    with app.test_request_context("/queue/7"):
        shown = navigation.places_of("operator")

    assert [(place.label, place.url, place.current, place.count) for place in shown] == [
        ("评估", "/queue", True, 3)
    ]
