"""Pages and screen say the same, in Chinese, with nothing from outside and nothing smuggled in."""

import re

import pypdfium2
import pytest

from gateway.reporting.fonts import font_with
from gateway.reporting.pages import page
from gateway.reporting.pdf import pdf
from gateway.reporting.printed import printed
from tests.unit.gateway.reporting.conftest import SMUGGLED, Reporting

SAID = [
    "法人和非法人组织公共信用信息报告",
    "失信惩戒对象",
    "青海虚构信用中心",
    "数据截至",
    "一、基础信息",
    "四、严重失信主体名单信息",
    "未归集：公共信用综合评价、行业信用评价。",
    "十、信用状况提升建议",
    "公共信用信息地方补充内容",
    "未经核实，不作为惩戒依据",
    "报告说明",
]


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def without_breaks(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_page_says_all_of_it_and_fetches_nothing(reporting: Reporting) -> None:
    made = reporting.issue()
    html = page(made)
    for said in [*SAID, made.number, made.code, made.digest]:
        assert said in html
    assert SMUGGLED not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|<iframe", html)
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) <= {"http://www.w3.org/2000/svg"}


def test_the_pages_say_the_same(reporting: Reporting) -> None:
    made = reporting.issue()
    text = without_breaks(text_of(pdf(made)))
    for said in [*SAID, made.number, made.code, made.digest, SMUGGLED]:
        assert without_breaks(said) in text


def test_every_page_says_which_it_is(reporting: Reporting) -> None:
    made = reporting.issue()
    document = pypdfium2.PdfDocument(pdf(made))
    try:
        feet = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    for number, text in enumerate(feet, 1):
        assert f"第 {number} 页" in text
        assert f"共 {len(feet)} 页" in text
        assert made.code in text


def test_a_second_report_has_the_characters_of_its_own(reporting: Reporting) -> None:
    first, second = (pdf(reporting.issue(number)) for number in (1, 2))
    assert "未发现需要修复" in without_breaks(text_of(second))
    assert "未发现需要修复" not in without_breaks(text_of(first))
    # A character the embedded font lacks has no width of its own and is read back as another one or none.
    assert "范围内" in without_breaks(text_of(second))


def test_the_same_report_gives_the_same_pages(reporting: Reporting) -> None:
    made = reporting.issue()
    assert pdf(made) == pdf(made)


def test_the_font_is_in_the_file(reporting: Reporting) -> None:
    data = pdf(reporting.issue())
    assert b"/FontFile2" in data
    assert b"STSong" not in data


def test_the_font_holds_what_is_printed_and_little_else() -> None:
    few, more = len(font_with("青海")), len(font_with("青海虚构信用中心公共信用信息报告"))
    assert few < more < 100_000


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_is_counted_is_what_is_shown(reporting: Reporting, number: int) -> None:
    report = printed(reporting.issue(number))
    for (title, count), section in zip(report.counts, report.sections[1:], strict=True):
        assert title in section.heading
        assert count.startswith(("未归集", f"{len(section.items)} 条"))
