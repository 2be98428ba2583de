"""The room to train in: the address holds the recipe, a run is seen live, and one draws with it."""

import re

import pytest
from pen import draw
from playwright.sync_api import expect


@pytest.fixture
def train(page):
    page.click("nav >> text=Train")
    page.wait_for_selector(".card")
    return page


def test_the_address_holds_the_recipe_and_brings_it_back(train):
    train.click(".card >> text=As printed")
    train.fill("[aria-label='Units of hidden layer 1']", "40")
    train.press("[aria-label='Units of hidden layer 1']", "Tab")
    train.click("text=+ layer")
    train.select_option("#field-optimizer", "adam")
    train.fill("#field-learning_rate", "0.002")
    train.press("#field-learning_rate", "Tab")
    address = train.url
    train.goto(address)
    train.wait_for_selector(".card")
    expect(train.locator(".block input")).to_have_count(3)
    expect(train.locator("[aria-label='Units of hidden layer 1']")).to_have_value("40")
    expect(train.locator("#field-optimizer")).to_have_value("adam")
    expect(train.locator("#field-learning_rate")).to_have_value("0.002")
    expect(train.locator("input[value=as-printed]")).to_be_checked()
    expect(train.locator("#field-last_activation")).not_to_be_checked()


def test_the_count_of_numbers_to_learn_is_the_networks(train):
    expect(train.locator(".count p")).to_have_text("109,386 numbers to learn")
    train.click("[aria-label='Remove hidden layer 2']")
    expect(train.locator(".count p")).to_have_text("101,770 numbers to learn")


@pytest.mark.usefixtures("mnist")
def test_the_repaired_network_learns_for_an_epoch_and_is_drawn_with(train):
    train.fill("#field-epochs", "1")
    train.press("#field-epochs", "Tab")
    train.click("#start")
    train.wait_for_selector(".badge.running", timeout=60_000)
    train.wait_for_selector(".badge.done", timeout=180_000)
    expect(train.locator(".figures dd").first).to_have_text(re.compile(r"\d %$"))
    accuracy = float(train.inner_text(".figures dd >> nth=0").split()[0])
    assert 90 < accuracy < 100
    expect(train.locator(".chart .line").nth(1)).to_be_attached()
    expect(train.locator(".of-weights canvas")).to_have_count(64)
    expect(train.locator(".confusion td.right")).to_have_count(10)
    expect(train.locator(".misread li").first).to_be_attached()
    train.click("text=Draw with it")
    train.wait_for_selector("#draw:not([hidden])")
    expect(train.locator("#first-model option:checked")).to_have_text(re.compile(r"^repaired, .*\(run\)$"))
    for digit in (0, 3, 7):
        draw(train, digit)
        expect(train.locator("#first-answer .numeral")).to_have_text(str(digit))
        train.click("#clear")
    train.goto(train.url.replace("/draw", "/train"))
    expect(train.locator(".badge")).to_have_text("done")
    expect(train.locator(".chart .line").nth(1)).to_be_attached()  # its history is sent once more


@pytest.mark.usefixtures("mnist")
def test_a_training_is_stopped_and_continued(train):
    train.fill("#field-epochs", "50")
    train.press("#field-epochs", "Tab")
    train.click("#start")
    train.wait_for_selector(".badge.running", timeout=60_000)  # and no longer the run before it
    train.wait_for_selector(".of-confusion", timeout=180_000)  # the first epoch has ended
    train.click("text=Stop")
    train.wait_for_selector(".badge.stopped", timeout=60_000)
    train.click("#run-head >> text=Continue")
    train.wait_for_selector(".badge.running", timeout=60_000)
    train.click("text=Stop")
    train.wait_for_selector(".badge.stopped", timeout=60_000)
