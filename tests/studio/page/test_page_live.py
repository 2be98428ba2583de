"""The room *Live*: an update is PyTorch's, a unit is opened and changed, a training explodes."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from pen import draw, drawings
from zeronine.explaining.filters import look_through
from zeronine.network.article import FeedForward
from zeronine.reading.classify import shipped
from zeronine.reading.normalise import canvas_of

STEP = """async ([sizes, inputs, labels, rate]) => {
    const { fresh, copied, update } = await import('/static/layers.js');
    const layers = fresh(sizes, 5);
    const before = copied(layers);
    const { loss, slopes } = update(layers, Float32Array.from(inputs), Uint8Array.from(labels), rate);
    const plain = (some) => some.map((one) => [Array.from(one.weights), Array.from(one.bias)]);
    return { before: plain(before), after: plain(layers), slopes: plain(slopes), loss };
}"""
SIZES = [784, 128, 64, 10]
FORWARD = """async (ink) => {
    const { forward, shares } = await import('/static/layers.js');
    const { unpacked } = await import('/static/live.js');
    const layers = unpacked(await (await fetch('/api/layers')).arrayBuffer());
    const values = forward(layers, Float32Array.from(ink));
    return [Array.from(values[1]), shares(values.at(-1))];
}"""


def test_an_update_in_the_page_is_pytorchs(page: Page) -> None:
    generator = np.random.default_rng(3)
    ink, labels = generator.random((6, 784)).astype(np.float32), generator.integers(0, 10, 6)
    made = page.evaluate(STEP, [SIZES, (2 * ink - 1).ravel().tolist(), labels.tolist(), 0.1])
    network = FeedForward()
    linear = [one for one in network.modules() if isinstance(one, torch.nn.Linear)]
    parameters = [(one.weight, one.bias) for one in linear]
    with torch.no_grad():
        for (weight, bias), (w, b) in zip(parameters, made["before"], strict=True):
            weight.copy_(torch.tensor(w).reshape(weight.shape))
            bias.copy_(torch.tensor(b))
    outputs = network(torch.from_numpy(ink).reshape(-1, 28, 28))
    loss = torch.nn.functional.cross_entropy(outputs.logits, torch.from_numpy(labels))
    loss.backward()
    torch.optim.SGD(network.parameters(), lr=0.1).step()
    assert made["loss"] == pytest.approx(loss.item(), abs=1e-5)
    for pair, slopes, after in zip(parameters, made["slopes"], made["after"], strict=True):
        for parameter, slope, value in zip(pair, slopes, after, strict=True):
            assert parameter.grad is not None
            assert np.abs(parameter.grad.numpy().ravel() - slope).max() < 1e-5
            assert np.abs(parameter.detach().numpy().ravel() - value).max() < 1e-5


def test_a_unit_is_opened_down_to_one_product_and_changed(page: Page) -> None:
    page.click("nav >> [data-room=live]")
    draw(page, 3, pad="#live-pad")
    page.focus("#live-net")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#live-unit h3")).to_have_text("Hidden layer 1, unit 1")
    expect(page.locator("#live-unit .formula")).to_contain_text("sum of 784 products")
    page.fill("#live-unit input[type=number]", "3")
    page.press("#live-unit input[type=number]", "Enter")
    expect(page.locator("#live-changed")).to_have_text("A weight is 3 now.")
    page.click("#live-unit >> text=Switch off")
    expect(page.locator("#live-unit .formula")).to_contain_text("× 0 (your change) = 0")


def test_the_filters_in_the_page_are_the_models(page: Page) -> None:
    seen = look_through(shipped())
    assert seen is not None
    for _, drawn in drawings(3):
        canvas = canvas_of(drawn)
        assert canvas is not None
        said, shares = page.evaluate(FORWARD, canvas.ravel().tolist())
        inner = canvas[None, None, 2:-2, 2:-2].astype(np.float64) * seen.gain + seen.shift
        assert np.abs(seen.filters[0](inner).ravel() - said).max() < 1e-4
        assert np.abs(shipped()(canvas[None]).probabilities[0] - shares).max() < 1e-4


def test_a_filter_is_opened_down_to_one_product_and_changed_by_keyboard(page: Page) -> None:
    page.click("nav >> [data-room=live]")
    draw(page, 3, pad="#live-pad")
    page.select_option("#live-model", "shipped")
    expect(page.locator("#live-answer .numeral")).to_have_text("3")
    page.focus("#live-net")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live-unit h3")).to_have_text("Filters 2, filter 1")
    expect(page.locator("#live-unit .formula")).to_contain_text("sum of 144 products")
    expect(page.locator("#live-unit .formula")).to_contain_text("batch normalisation")
    channel = page.locator("#live-unit [data-key='from 1']")
    name = channel.inner_text().partition(":")[0]
    channel.focus()
    page.keyboard.press("Enter")
    expect(channel).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#live-unit .product")).to_contain_text(f"{name}, row 1, column 1")
    page.locator("#live-unit [data-key='its kernel']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#live-unit .product")).to_contain_text("row 2, column 2")
    page.locator("#live-unit [data-key='off']").focus()
    page.keyboard.press("Space")
    expect(page.locator("#live-unit .formula")).to_contain_text("× 0 (your change) = 0")
    expect(page.locator("#live-unit [data-key='off']")).to_be_focused()


def test_the_answer_follows_when_filters_are_silenced(page: Page) -> None:
    """With every filter of the first layer off, all ink says the same; undone, it reads again."""
    page.click("nav >> [data-room=live]")
    draw(page, 4, pad="#live-pad")
    page.select_option("#live-model", "shipped")
    expect(page.locator("#live-answer .numeral")).to_have_text("4")
    page.focus("#live-net")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
        page.click("#live-unit [data-key='off']")
        expect(page.locator("#live-unit [data-key='off']")).to_have_attribute("aria-pressed", "true")
        page.focus("#live-net")
    expect(page.locator("#live-answer .numeral")).not_to_have_text("4")
    page.click("#live-reset")
    expect(page.locator("#live-answer .numeral")).to_have_text("4")


@pytest.mark.usefixtures("mnist")
def test_a_training_is_stepped_played_and_made_to_explode(page: Page) -> None:
    page.click("nav >> [data-room=live]")
    page.click("#step-one")
    expect(page.locator("#step-says")).to_have_text(re.compile("^Update 1, epoch"))
    expect(page.locator("#step-update tbody tr")).to_have_count(3)
    page.click("#step-ten")
    expect(page.locator("#step-says")).to_have_text(re.compile("^Update 11,"))
    page.evaluate("document.getElementById('step-rate').value = 1.5")
    page.dispatch_event("#step-rate", "input")
    page.click("#step-play")
    expect(page.locator("#step-says")).to_have_text(
        re.compile("^It exploded in update .*learning rate of 31.6")
    )
    page.click("#step-again")
    expect(page.locator("#step-says")).to_have_text(re.compile("^Update 0,"))


@pytest.mark.usefixtures("mnist")
def test_one_update_is_seen_in_four_phases_by_keyboard(page: Page) -> None:
    page.click("nav >> [data-room=live]")
    page.focus("#step-one")
    page.keyboard.press("Enter")
    phases = page.locator("#step-phases button")
    expect(phases).to_have_text(["1 Forward", "2 Loss", "3 Slopes back", "4 Weights move"])
    said = page.locator("#live-says")
    for place, words in enumerate(["goes through: ", "its loss is −ln ", "It flows back", "× its slope"]):
        phases.nth(place).focus()
        page.keyboard.press("Space")
        expect(said).to_contain_text(words)
        expect(phases.nth(place)).to_be_focused()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Press a unit to open it.")


@pytest.mark.usefixtures("mnist")
def test_the_loss_that_is_told_is_the_batchs(page: Page) -> None:
    """Minus the logarithm of the share that is told, and the mean of the table."""
    page.click("nav >> [data-room=live]")
    page.click("#step-one")
    page.click("#step-phases >> text=2 Loss")
    expect(page.locator("#live-says")).to_contain_text("its loss is")
    text = page.locator("#live-says").inner_text()
    share, loss, mean = (float(one) for one in re.findall(r"(?:−ln|=|digits is) (\d\.\d+)", text))
    assert loss == pytest.approx(-np.log(share), rel=0.02)
    expect(page.locator("#step-update .caption")).to_contain_text(f"loss {mean:g},")


@pytest.mark.usefixtures("mnist")
def test_two_runs_go_side_by_side_and_the_film_goes_back(page: Page) -> None:
    page.click("nav >> [data-room=live]")
    page.click("#step-ten")
    page.check("#step-beside")
    page.click("#step-ten")
    expect(page.locator("#step-says")).to_have_text(re.compile(r"^Update 20, epoch .* Loss .*, beside it \d"))
    expect(page.locator("#step-chart .line")).to_have_count(2)
    expect(page.locator("#step-film-says")).to_have_text("21 snapshots")
    page.focus("#step-film")
    page.keyboard.press("Home")
    expect(page.locator("#step-film-says")).to_have_text("as it was after 0 updates")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#step-film-says")).to_have_text("as it was after 1 updates")
    page.click("#step-one")
    expect(page.locator("#step-says")).to_have_text(re.compile("^Update 21,"))


@pytest.mark.usefixtures("mnist")
def test_a_training_is_played_paused_and_played_to_the_epochs_end(page: Page) -> None:
    page.click("nav >> [data-room=live]")
    page.click("#step-play")
    expect(page.locator("#step-says")).to_contain_text("updates a second")
    expect(page.locator("#step-phases")).to_be_hidden()
    page.click("#step-play")
    expect(page.locator("#step-phases")).to_be_visible()
    page.click("#step-epoch")
    expect(page.locator("#step-says")).to_have_text("Update 188, epoch 1.00.")
