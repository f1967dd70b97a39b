"""How the project trains, as text: its optimizer, its loss and targets that fit.

The loss is the one of `engine/objective.py`; a test compares the two case by case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.catalog.catalogue import CATALOGUE
from playground.document.project import Project


@dataclass(frozen=True)
class LossCode:
    """`expression` is the loss of `output` and `target`, `meaning` says what a target is, and `targets(count)` makes
    random ones for so many samples."""

    expression: str
    meaning: str
    targets: Callable[[int], str]


class _WrittenOptimizers:
    """Stands in for `torch.optim`: what would make an optimizer gives the text that makes it."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        def written(parameters: str, **options: object) -> str:
            # Zero and False are what PyTorch takes by itself, but for the penalty of AdamW.
            given = [
                f"{option}={value!r}"
                for option, value in options.items()
                if value or (name, option) == ("AdamW", "weight_decay")
            ]
            return f"torch.optim.{name}({', '.join([parameters, *given])})"

        return written


def optimizer_code(project: Project) -> str:
    """The expression that makes the project's optimizer for `network`."""
    training = project.training
    entry = CATALOGUE.optimizers[training.optimizer]
    code: str = entry.build(
        _WrittenOptimizers(),
        "network.parameters()",
        training.optimizer_params,
        training.learning_rate,
        training.weight_decay,
    )
    return code


def loss_code(project: Project, output_kind: str, units: int) -> LossCode:
    """The loss of a network that ends in `units` values at an Output of this kind."""
    entropy = project.training.loss == "cross_entropy"
    number = LossCode(
        "nn.functional.mse_loss(output, target)",
        f"(batch, {units}) numbers",
        lambda count: f"torch.randn({count}, {units})",
    )
    if CATALOGUE.datasets[project.data.name].task == "value":
        return number
    if units == 1:
        return _one_unit(output_kind, entropy)
    if entropy:
        return LossCode(
            "nn.functional.cross_entropy(output, target)",
            f"(batch,) class numbers from 0 to {units - 1}",
            lambda count: f"torch.randint({units}, ({count},))",
        )
    return LossCode(
        "nn.functional.mse_loss(output.softmax(1), target)" if output_kind == "classes" else number.expression,
        f"(batch, {units}) with 1 at the class and 0 elsewhere",
        lambda count: f"torch.eye({units})[torch.randint({units}, ({count},))]",
    )


def _one_unit(output_kind: str, entropy: bool) -> LossCode:
    """Two classes with one value: 0 and 1 for Classes, −1 and +1 for Value."""
    if output_kind == "classes":
        return LossCode(
            "nn.functional.binary_cross_entropy_with_logits(output, target)"
            if entropy
            else "nn.functional.mse_loss(output.sigmoid(), target)",
            "(batch, 1) with 0.0 or 1.0",
            lambda count: f"torch.randint(2, ({count}, 1)).float()",
        )
    return LossCode(
        "nn.functional.binary_cross_entropy_with_logits(output, (target + 1) / 2)"
        if entropy
        else "nn.functional.mse_loss(output, target)",
        "(batch, 1) with -1.0 or 1.0",
        lambda count: f"2.0 * torch.randint(2, ({count}, 1)) - 1.0",
    )
