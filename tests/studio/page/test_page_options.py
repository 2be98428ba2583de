"""How to read: the page has a control for every option that Python declares, and sends what is set there."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from zeronine.options import OPTIONS, kind_of

PHOTO = next(Path(__file__).parents[2].glob("pictures/1984_2026-*"))
SET = {bool: "true", str: "16", float: "0.25"}  #: a value of each kind that the photo can be read with


@pytest.fixture
def read(page: Page) -> Page:
    page.click("nav >> text=Read")
    page.click("summary >> text=How to read")
    page.set_input_files("#read-file", PHOTO)
    page.wait_for_selector(".one")
    return page


def test_there_is_a_control_for_each_option_and_none_besides(read: Page) -> None:
    """Its name, its help, its kind and its bounds are those of the declaration."""
    controls = read.locator("#options input")
    ids = controls.evaluate_all("all => all.map(one => one.id)")
    assert ids == [f"option-{name}" for name in OPTIONS]
    for name, one in OPTIONS.items():
        control = read.locator(f"#option-{name}")
        expect(read.locator(f"label[for=option-{name}]")).to_have_text(name.capitalize().replace("_", " "))
        expect(control).to_have_accessible_description(one.metadata["help"])
        expect(control).to_have_attribute(
            "type", {bool: "checkbox", str: "text", float: "number"}[kind_of(name)]
        )
        for bound in ("least", "most"):
            value = one.metadata[bound]
            if value is not None:
                expect(control).to_have_attribute(
                    bound.replace("least", "min").replace("most", "max"), str(value)
                )


@pytest.mark.parametrize("name", [name for name in OPTIONS if name != "one"])
def test_what_is_set_is_sent_and_the_picture_is_read_again(read: Page, name: str) -> None:
    kind = kind_of(name)

    def asks(request: Request) -> bool:
        query = parse_qs(urlsplit(request.url).query)
        return "/api/read" in request.url and query.get(name) == [SET[kind]]

    with read.expect_request(asks):
        if kind is bool:
            read.check(f"#option-{name}")
        else:
            read.fill(f"#option-{name}", SET[kind])
            read.press(f"#option-{name}", "Tab")
    expect(read.locator(".one")).to_have_count(16)


def test_one_digit_is_read_as_one_and_not_so_without(read: Page) -> None:
    """The film of the Why room is read the same way."""
    read.check("#option-one")
    expect(read.locator(".one")).to_have_count(1)
    with read.expect_request(lambda request: "one=true" in request.url and "steps=1" in request.url):
        read.click("text=Why this digit?")
    read.click("nav >> text=Read")
    read.uncheck("#option-one")
    expect(read.locator(".one")).to_have_count(16)


def test_what_cannot_be_met_is_said(read: Page) -> None:
    read.fill("#option-expect", "40")
    read.press("#option-expect", "Tab")
    expect(read.locator("#reading")).to_contain_text("40 digits")
