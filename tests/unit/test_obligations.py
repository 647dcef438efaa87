"""Each obligation of the Chongqing measure has a rule or a test, and the page that says so is fresh."""

from tests.promises import obligations_page as page


def test_no_article_is_without_rule_and_test_but_those_known_to_be_open():
    bare = {line.key for line in page.lines() if line.needs_software and not line.rules and not line.tests}

    assert bare <= page.OPEN | page.FOR_THE_TRADING_SYSTEM


def test_the_page_names_every_id_and_the_table_is_whole():
    lines = page.lines()

    assert len(lines) > 180
    said = page.PAGE.read_text("utf-8")
    assert {line.key for line in lines} >= page.OPEN | page.FOR_THE_TRADING_SYSTEM
    for line in lines:
        assert f"| {line.key} |" in said


def test_the_page_is_what_the_code_says():
    assert page.PAGE.read_text("utf-8") == page.written(), (
        "stale: run `python -m tests.promises.obligations_page` and commit docs/obligations.md"
    )
