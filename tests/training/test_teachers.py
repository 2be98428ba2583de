"""Several networks teach one: their mean answer stands beside the labels."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from zeronine.data.batches import NO_DIGIT
from zeronine.data.digits import Digits
from zeronine.network.build import build
from zeronine.network.contract import Outputs
from zeronine.training.loop import resume, train
from zeronine.training.recipe import Recipe
from zeronine.training.run import CHECKPOINT
from zeronine.training.teachers import taught_loss

SMALL = Recipe(network="convnet", channels="4,8,8", embedding=16, epochs=2, batch_size=32, optimizer="adamw")


@pytest.fixture
def teachers() -> list[torch.nn.Module]:
    networks = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        networks.append(build(SMALL.to_dict()))
    return networks


def outputs(seed: int, count: int = 6) -> Outputs:
    generator = torch.Generator().manual_seed(seed)
    return Outputs(
        torch.randn(count, 10, generator=generator),
        torch.zeros(count, 2),
        torch.randn(count, generator=generator),
    )


def test_the_loss_is_the_cross_entropy_against_the_mean_answer() -> None:
    """Pictures of no digit count for the evidence alone; 0.3 is the weight of that evidence."""
    labels = torch.tensor([3, 1, NO_DIGIT, 7, NO_DIGIT, 0])
    answer, first, second = outputs(0), outputs(1), outputs(2)
    mean = (first.logits.softmax(1) + second.logits.softmax(1)) / 2
    sure = (first.digit_logit.sigmoid() + second.digit_logit.sigmoid()) / 2
    digits = labels != NO_DIGIT
    which = -(mean * answer.logits.log_softmax(1)).sum(1)[digits].mean()
    whether = functional.binary_cross_entropy(answer.digit_logit.sigmoid(), sure)
    torch.testing.assert_close(taught_loss(answer, [first, second], labels), which + 0.3 * whether)


def test_a_network_that_answers_as_its_teacher_has_nothing_to_learn() -> None:
    teacher = outputs(4)
    logits = teacher.logits.clone().requires_grad_()
    evidence = teacher.digit_logit.clone().requires_grad_()
    labels = torch.arange(6)
    taught_loss(Outputs(logits, teacher.embedding, evidence), [teacher], labels).backward()
    assert logits.grad is not None and logits.grad.abs().max() < 1e-6
    assert evidence.grad is not None and evidence.grad.abs().max() < 1e-6


def test_teachers_change_what_is_learnt_and_learn_nothing(
    shapes: Digits, teachers: list[torch.nn.Module], tmp_path: Path
) -> None:
    before = [{name: value.clone() for name, value in one.state_dict().items()} for one in teachers]
    taught = train(shapes, SMALL, teachers=teachers, folder=tmp_path / "taught")
    alone = train(shapes, SMALL, folder=tmp_path / "alone")
    assert any(
        not torch.equal(one, other)
        for one, other in zip(taught.network.parameters(), alone.network.parameters(), strict=True)
    )
    for teacher, kept in zip(teachers, before, strict=True):
        assert all(torch.equal(value, kept[name]) for name, value in teacher.state_dict().items())


def test_a_taught_run_goes_on_bit_for_bit(
    shapes: Digits, teachers: list[torch.nn.Module], tmp_path: Path
) -> None:
    whole = train(shapes, SMALL, teachers=teachers, folder=tmp_path / "whole")

    def stop(moment: object) -> None:
        if getattr(moment, "row", None):
            raise KeyboardInterrupt

    with pytest.raises(Exception, match="--resume"):
        train(shapes, replace(SMALL), teachers=teachers, folder=tmp_path / "parts", watch=stop)
    resume(tmp_path / "parts", shapes, teachers=teachers)
    assert (tmp_path / "parts" / CHECKPOINT).read_bytes() == (whole.folder / CHECKPOINT).read_bytes()
