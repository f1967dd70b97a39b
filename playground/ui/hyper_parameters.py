"""How the network learns, as a form: optimizer and loss with their own parameters, and the training choices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import with_task
from playground.catalog.counts import updates_per_epoch
from playground.catalog.losses import Loss
from playground.catalog.optimizers import Optimizer
from playground.document.params import Choice, Param, ParamError, Value, Values, defaults
from playground.document.project import TRAINING_PARAMS, Project
from playground.document.shapes import of_category
from playground.engine.messages import DataReady
from playground.ui.controls.buttons import Button
from playground.ui.forms import Form
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.panels import Panel

# The device has its own switch in the transport row.
ELSEWHERE = frozenset({"device"})
# What "Defaults" leaves as it is: they are no matter of better or worse.
KEPT = frozenset({"device", "seed", "threads", "epochs"})
FIRST = ("learning_rate", "batch_size", "weight_decay")
LAST = ("seed", "threads")
OWN = "optimizer."


def _choice(name: str, label: str, help: str, entries: Iterable[Optimizer | Loss]) -> Choice:
    options = tuple((entry.name, entry.label) for entry in entries)
    return Choice(name, label, options[0][0], help, options=options)


def sentence(verb: str, label: str) -> str:
    """The name of an undo step, such as "Set learning rate"; abbreviations keep their capitals."""
    lower = label if len(label) > 1 and not label[1].islower() else label[:1].lower() + label[1:]
    return f"{verb} {lower}"


class HyperParameters(QObject):
    """The panel of the training choices; every entry is one undo step."""

    def __init__(self, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._models = models
        # The project from which the task was last switched: a switch back gives what that one took.
        self._left: Project | None = None
        self.panel = Panel(models.theme, self.tr("Hyper-parameters"), parent, name="hyper_parameters", padded=True)
        self._defaults = Button(models.theme, self.tr("Defaults"), self.panel, name="defaults_button", role="flat",
                                size="compact")  # fmt: skip
        self.panel.add_control(self._defaults)
        self._form = Form(models.theme, self.panel, name="training_form")
        self.panel.set_body(self._form)
        self._form.edited.connect(self._on_edited)
        self._defaults.clicked.connect(self._on_defaults_clicked)
        models.document.changed.connect(self._update_form)
        models.document.replaced.connect(self._on_document_replaced)
        models.runner.message.connect(self._on_message)
        self._update_form()

    def _params(self, project: Project) -> tuple[Param, ...]:
        by_name = {param.name: param for param in TRAINING_PARAMS}
        optimizer = CATALOGUE.optimizers[project.training.optimizer]
        rest = [param for name, param in by_name.items() if name not in ELSEWHERE]
        tasks = (("classes", self.tr("Classes")), ("value", self.tr("Value")))
        return (
            Choice(
                "task", self.tr("Task"), "value",
                self.tr("What the network is asked for. Sets the output and the loss that go together."),
                options=tasks,
            ),
            _choice(
                "optimizer", self.tr("Optimizer"), self.tr("How a gradient becomes a step."),
                CATALOGUE.optimizers.values(),
            ),
            *(by_name[name] for name in FIRST),
            *(replace(param, name=OWN + param.name) for param in optimizer.params),
            _choice("loss", self.tr("Loss"), self.tr("How wrong the network is."), CATALOGUE.losses.values()),
            *sorted((param for param in rest if param.name not in FIRST), key=lambda param: param.name in LAST),
        )  # fmt: skip

    @Slot()
    def _update_form(self) -> None:
        project = self._models.document.project
        training = project.training
        values: dict[str, Value] = {param.name: getattr(training, param.name) for param in TRAINING_PARAMS}
        output = of_category(project.graph, CATALOGUE.layers, "output")[0]
        values |= {"optimizer": training.optimizer, "loss": training.loss, "task": project.graph.node(output).kind}
        values |= {OWN + name: value for name, value in training.optimizer_params.items()}
        self._form.show_values(self._params(project), values)
        self._update_updates()

    @Slot(object)
    def _on_document_replaced(self, project: Project) -> None:
        self._left = None
        self._update_form()

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, DataReady):
            self._update_updates()

    def _update_updates(self) -> None:
        """Says how many updates the batch size makes of an epoch, once the data are there to be counted."""
        project, data = self._models.document.project, self._models.runner.data
        known = data is not None and data.dataset.name == project.data.name
        count = updates_per_epoch(project, len(data.train)) if data is not None and known else 0
        one = self.tr("1 update per epoch")
        text = one if count == 1 else self.tr("{} updates per epoch").format(whole(count)) if count else ""
        self._form.set_note("batch_size", text)

    @Slot(str, object, object)
    def _on_edited(self, name: str, value: Value, gesture: object) -> None:
        project = self._models.document.project
        param = next(param for param in self._params(project) if param.name == name)
        if name == "task":
            new = with_task(project, str(value), self._left)
            self._left = project
        elif name == "optimizer":
            fresh = _carried(project.training.optimizer_params, CATALOGUE.optimizers[str(value)].params)
            new = project.with_training(optimizer=value, optimizer_params=fresh)
        elif name.startswith(OWN):
            own = project.training.optimizer_params.set(name.removeprefix(OWN), value)
            new = project.with_training(optimizer_params=own)
        else:
            new = project.with_training(**{name: value})
        self._models.document.apply(sentence(self.tr("Set"), param.label), new, merge=gesture)

    @Slot()
    def _on_defaults_clicked(self) -> None:
        project = self._models.document.project
        usual = {param.name: param.default for param in TRAINING_PARAMS if param.name not in KEPT}
        own = defaults(CATALOGUE.optimizers[project.training.optimizer].params)
        self._models.document.apply(self.tr("Set defaults"), project.with_training(optimizer_params=own, **usual))


def _carried(old: Values, params: tuple[Param, ...]) -> Values:
    """The defaults of another optimizer, with what both have in common kept."""
    found: dict[str, Value] = dict(defaults(params))
    for param in params:
        if param.name in old:
            try:
                found[param.name] = param.check(old[param.name])
            except ParamError:
                continue
    return Values(found)
