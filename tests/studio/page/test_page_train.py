"""The room to train in: the address holds the recipe, a run is seen live, and one draws with it."""

import re

import pytest
from playwright.sync_api import Page, expect

from pen import draw


@pytest.fixture
def train(page: Page) -> Page:
    page.click("nav >> text=Train")
    page.wait_for_selector(".card")
    return page


def test_the_address_holds_the_recipe_and_brings_it_back(train: Page) -> None:
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


def test_the_count_of_numbers_to_learn_is_the_networks(train: Page) -> None:
    expect(train.locator(".count p")).to_have_text("109,386 numbers to learn")
    train.click("[aria-label='Remove hidden layer 2']")
    expect(train.locator(".count p")).to_have_text("101,770 numbers to learn")


def test_the_form_takes_every_number_that_the_recipe_takes(train: Page) -> None:
    """A field whose value happens to be whole (dropout 0) takes parts of one, too."""
    train.click("summary >> text=More choices")
    for name, value in (("dropout", "0.2"), ("label_smoothing", "0.1"), ("momentum", "0.95")):
        train.fill(f"#field-{name}", value)
        assert train.eval_on_selector(f"#field-{name}", "field => field.checkValidity()")
    train.fill("#field-epochs", "1.5")
    assert not train.eval_on_selector("#field-epochs", "field => field.checkValidity()")


def test_only_what_applies_is_shown_and_sent(train: Page) -> None:
    """Momentum goes with SGD, activations with the feed-forward network."""
    train.click("summary >> text=More choices")
    train.fill("#field-momentum", "0.5")
    train.press("#field-momentum", "Tab")
    assert "momentum=0.5" in train.url
    train.select_option("#field-optimizer", "adam")
    expect(train.locator("#field-momentum")).to_have_count(0)
    expect(train.locator("#field-optimizer")).to_be_focused()
    assert "momentum" not in train.url
    train.select_option("#field-optimizer", "sgd")
    expect(train.locator("#field-momentum")).to_have_value("0.5")
    train.click("label.card:has(input[value=convnet])")
    expect(train.locator("#field-activation")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("recipe=nonsense", "there is no recipe “nonsense”, this is repaired"),
        ("recipe=repaired&layers=3", "a recipe has no choice “layers”"),
        ("recipe=repaired&epochs=many", "epochs cannot be “many”"),
        ("recipe=repaired&optimizer=magic", "optimizer cannot be “magic”"),
        ("recipe=convnet&hidden=256-128", "hidden changes nothing here, it needs network feedforward"),
    ],
)
def test_an_address_that_is_not_understood_is_said_to_be(train: Page, query: str, said: str) -> None:
    train.goto(f"{train.url.partition('?')[0]}?{query}")
    expect(train.locator("#trouble")).to_contain_text(said)


@pytest.mark.usefixtures("mnist")
def test_the_repaired_network_learns_for_an_epoch_and_is_drawn_with(train: Page) -> None:
    train.fill("#field-epochs", "1")
    train.press("#field-epochs", "Tab")
    train.click("#start")
    train.wait_for_selector(".badge.running", timeout=60_000)
    train.wait_for_selector(".badge.done", timeout=180_000)
    expect(train.locator(".figures dd").first).to_have_text(re.compile(r"\d %$"))
    expect(train.locator(".figures dd").nth(1)).to_have_text("1 of 1")
    accuracy = float(train.inner_text(".figures dd >> nth=0").split()[0])
    assert 90 < accuracy < 100
    expect(train.locator(".chart .line").nth(1)).to_be_attached()
    expect(train.locator(".of-weights canvas")).to_have_count(64)
    expect(train.locator(".confusion td.right")).to_have_count(10)
    expect(train.locator(".misread li").first).to_be_attached()
    train.click("text=Draw with it")
    train.wait_for_selector("#draw:not([hidden])")
    expect(train.locator("#first-model option:checked")).to_have_text(
        re.compile(r"^repaired, epochs-1, .*\(run\)$")
    )
    for digit in (0, 3, 7):
        draw(train, digit)
        expect(train.locator("#first-answer .numeral")).to_have_text(str(digit))
        train.click("#clear")
    train.goto(train.url.replace("/draw", "/train"))
    expect(train.locator(".badge")).to_have_text("done")
    expect(train.locator(".chart .line").nth(1)).to_be_attached()  # its history is sent once more


@pytest.mark.usefixtures("mnist")
def test_a_training_is_stopped_and_continued(train: Page) -> None:
    train.fill("#field-epochs", "50")
    train.press("#field-epochs", "Tab")
    train.click("#start")
    train.wait_for_selector(".badge.running", timeout=60_000)  # and no longer the run before it
    train.wait_for_selector(".of-confusion", timeout=180_000)  # the first epoch has ended
    expect(train.locator(".figures dd").nth(1)).to_have_text(re.compile(r"^[1-9]\d*(\.\d)? of 50$"))
    train.click("text=Stop")
    train.wait_for_selector(".badge.stopped", timeout=60_000)
    train.click("#run-head >> text=Continue")
    train.wait_for_selector(".badge.running", timeout=60_000)
    train.click("text=Stop")
    train.wait_for_selector(".badge.stopped", timeout=60_000)
