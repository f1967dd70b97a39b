"""A run: the live network, its optimizer and its place in the data. One thread at a time may use it."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import torch
from torch import Tensor

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Data
from playground.document.project import Project
from playground.engine import probes
from playground.engine.attic import Attic, Key, layers
from playground.engine.batches import Batches
from playground.engine.carrying import carry
from playground.engine.compiler import Network, build, carry_weights, check
from playground.engine.devices import random_state, set_random_state
from playground.engine.eager import EagerOptimizers
from playground.engine.evaluation import Evaluation
from playground.engine.events import BatchDone, EpochDone, Event, Measured, Paused, Rebuilt
from playground.engine.flat import FlatParameters, steps_of, whole
from playground.engine.mailbox import Arrays
from playground.engine.measuring import Measuring
from playground.engine.objective import objective
from playground.engine.progress import Progress
from playground.engine.requests import Request
from playground.engine.standing import Standing, built_from, function_of
from playground.engine.steps import make_pass

# On a GPU reading a loss waits for all work before it, so losses are fetched together this often.
FETCH_SECONDS = 0.01
# So often at most the length of the gradient is measured: short runs have a curve, too, and it costs little.
MEASURE_SECONDS = 1 / 100
# Layers that draw random numbers while training.
RANDOM = frozenset({"dropout"})

NOT_A_NUMBER = "The loss is no longer a number. Lower the learning rate, then reset the weights."


class Session:
    """Trains one project on one set of data, a batch at a time.

    `step` is the whole loop: it starts an epoch where none runs, takes one batch, and after the last one
    evaluates the network in short chunks, so whoever drives it can serve others in between. `steps` counts the
    batches since it was built, across the edits; `learnt` is True when its weights are not the first ones.
    """

    def __init__(self, project: Project, data: Data, device: str = "cpu") -> None:
        self.device = torch.device(device)
        self.data = data
        self._start(project)

    # -- building -----------------------------------------------------------------------------------------

    def _start(self, project: Project) -> None:
        network = build(project.graph, CATALOGUE.layers, project.training.seed)
        self.project = project
        # What is random while training goes on from where building left the global generator.
        self.random = random_state(self.device)
        self._install(network, {})
        # All others are added later and draw their first weights from generators of their own.
        self.first = frozenset(operation.node for operation in network.operations)
        # Layers removed before this start must not come back with what they learned then.
        self.attic = Attic()
        self.standing = Standing()
        self.steps = 0
        self.learnt = False
        self.progress = Progress()
        self._evaluation: Evaluation | None = None
        self.batches = Batches(len(self.data.train), project.training.seed)
        self._configure()
        self._pending: list[tuple[Tensor, Tensor | None, int]] = []
        self._fetched = time.perf_counter()
        self._measured = 0.0

    def _install(self, network: Network, optimizer_state: dict[str, dict[str, Tensor]]) -> None:
        """Makes `network` the one that trains, with an optimizer in this state."""
        self.network = network.to(self.device).train()
        self.function = function_of(self.project)
        optimizer_state = whole(optimizer_state, self.network)
        self.flat = FlatParameters(self.network, steps_of(optimizer_state))
        training = self.project.training
        entry = CATALOGUE.optimizers[training.optimizer]
        # PyTorch refuses an optimizer without parameters; a network of pooling alone still runs.
        blocks = self.flat.blocks or [torch.nn.Parameter(torch.zeros(1))]
        self.optimizer = entry.build(
            EagerOptimizers(), blocks, training.optimizer_params, training.learning_rate, training.weight_decay
        )
        self.flat.load_state(self.optimizer, optimizer_state)
        units = self.network.operations[-1].shape[0]
        self.objective = objective(self.network.output_kind, units, self.data.dataset, training.loss)
        self._pass = make_pass(self.network, self.flat, self.objective)
        self.measuring = Measuring(self.network, self.objective, self.data, self.device)
        self._draws = any(operation.kind in RANDOM for operation in network.operations)
        self._take_data()

    def _take_data(self) -> None:
        with torch.no_grad():
            samples = torch.from_numpy(self.data.train.x).to(self.device)
            self._inputs = self.network.start(samples).contiguous()
        self._targets = self.objective.targets(self.data.train).to(self.device)

    def _configure(self) -> None:
        # A batch of one sample has no deviation for BatchNorm to divide by.
        normalises = any(operation.kind == "batch_norm" for operation in self.network.operations)
        running = self.batches.left > 0
        self.batches.configure(self.project.training.batch_size, 2 if normalises else 1)
        if running and self.batches.left == 0:
            self._evaluation = Evaluation(self.network, self.objective, self.data.test, self.device)

    def state(self) -> dict[str, Tensor]:
        """Copies of all parameters and buffers by name, in the computer's memory."""
        return {name: tensor.detach().cpu().clone() for name, tensor in self.network.state_dict().items()}

    # -- training -----------------------------------------------------------------------------------------

    @property
    def epoch_running(self) -> bool:
        """True from the first batch of an epoch until its evaluation is done."""
        return self._evaluation is not None or self.batches.left > 0

    @property
    def finished(self) -> bool:
        """True when the project's epochs are done."""
        return not self.epoch_running and self.progress.epoch >= self.project.training.epochs

    def step(self) -> tuple[Event, ...]:
        """One batch, or one chunk of the evaluation after the last; the events that came of it."""
        if self._evaluation is not None:
            return self._evaluate()
        began = time.perf_counter()
        if self.batches.left == 0:
            self._start_epoch()
        events = self._train(self.batches.take())
        self.progress.seconds += time.perf_counter() - began
        if self.batches.left == 0:
            self._evaluation = Evaluation(self.network, self.objective, self.data.test, self.device)
        return events

    def _start_epoch(self) -> None:
        self.batches.start_epoch()
        self.progress = Progress(epoch=self.progress.epoch + 1)
        if self.batches.left == 0:
            raise RuntimeError("There are no samples to train on.")

    def _train(self, index: Tensor) -> tuple[Event, ...]:
        if self.device.type != "cpu":
            index = index.to(self.device)
        target = self._targets[index]
        # Sessions that take turns share the global generator; each finds it as it left it.
        if self._draws:
            set_random_state(self.device, self.random)
        loss, output = self._pass(self._inputs[index], target)
        if self._draws:
            self.random = random_state(self.device)
        self.optimizer.step()
        count = self.objective.correct(output, target) if self.objective.correct is not None else None
        self.steps, self.learnt = self.steps + 1, True
        self.measuring.begin_anew()
        self.progress.batch += 1
        self._pending.append((loss, count, len(index)))
        if self.device.type == "cpu" or self.batches.left == 0:
            return self._fetch()
        return self._fetch() if time.perf_counter() - self._fetched > FETCH_SECONDS else ()

    def _fetch(self) -> tuple[Event, ...]:
        """Reads the losses that wait on the device and makes events of them."""
        pending, self._pending = self._pending, []
        self._fetched = time.perf_counter()
        progress = self.progress
        batches = progress.batch + self.batches.left
        first = progress.batch - len(pending) + 1
        rate = self.project.training.learning_rate
        events: list[Event] = []
        for number, (loss, count, samples) in enumerate(pending, first):
            value = loss.item()
            correct = None if count is None else int(count.item())
            progress.samples += samples
            progress.loss_sum += value * samples
            progress.correct += correct or 0
            accuracy = None if correct is None else correct / samples
            norm = self._gradient_norm() if number == progress.batch else None
            events.append(BatchDone(progress.epoch, number, batches, samples, value, accuracy, rate, norm))
            if not math.isfinite(value):
                events.append(Paused(NOT_A_NUMBER))
        return tuple(events)

    def _gradient_norm(self) -> float | None:
        """The length of the last gradient; None while it was measured a moment ago."""
        if self._fetched - self._measured < MEASURE_SECONDS:
            return None
        self._measured = self._fetched
        return self.flat.gradient_norm()

    def _evaluate(self) -> tuple[Event, ...]:
        assert self._evaluation is not None
        if not self._evaluation.step():
            return ()
        result, self._evaluation = self._evaluation, None
        progress = self.progress
        accuracy = progress.correct / progress.samples if self.objective.correct is not None else None
        loss = progress.loss_sum / progress.samples
        done = EpochDone(
            progress.epoch, loss, result.loss, accuracy, result.accuracy, progress.samples, progress.seconds
        )
        self.standing.measure(done, self.function, self.layer_keys)
        return (done,)

    # -- edits --------------------------------------------------------------------------------------------

    def apply(self, project: Project, data: Data | None = None) -> Rebuilt | None:
        """Takes an edited project. What still fits is kept; returns what was rebuilt, or None for nothing.

        A new seed or new data start the run anew, another optimizer its state. A network that has learnt nothing gets
        the weights of a new run. Raises CompileError and leaves everything as it was while the graph has a problem.
        """
        if data is not None or project.training.seed != self.project.training.seed:
            return self._restart(project, self.data if data is None else data)
        if built_from(project) == built_from(self.project):
            check(project.graph, CATALOGUE.layers)
            self.project = project
            for group in self.optimizer.param_groups:
                group["lr"] = project.training.learning_rate
            self._configure()
            return None
        return self._rebuild(project) if self.learnt else self._restart(project, self.data)

    def _restart(self, project: Project, data: Data) -> Rebuilt:
        kept_data, self.data = self.data, data
        try:
            self._start(project)
        except BaseException:
            self.data = kept_data
            raise
        return Rebuilt((), tuple(operation.node for operation in self.network.operations))

    def _rebuild(self, project: Project) -> Rebuilt:
        old, function, measured = self.project, self.function, self.measuring.done
        later = frozenset(node.id for node in project.graph.nodes) - self.first
        with torch.random.fork_rng(devices=[]):
            network = build(project.graph, CATALOGUE.layers, project.training.seed, later)
        same_optimizer = project.training.optimizer == old.training.optimizer
        if not same_optimizer:
            self.attic.forget_moments()
        moments = self.flat.state(self.optimizer) if same_optimizer else {}
        had = layers(old.graph, self.state(), moments)
        learnt = self.standing.leave(function, self.layer_keys, self.steps)
        carried = carry(had, learnt, project.graph, self.attic, network)
        self.project = project
        self._install(network, carried.moments)
        self._configure()
        if self._evaluation is not None:
            self._evaluation = Evaluation(self.network, self.objective, self.data.test, self.device)
        now = self.layer_keys
        self.standing.begin((now[node] for node in carried.fresh), self.steps)
        same = self.function == function and not carried.fresh and not carried.returned
        self.measuring.done |= same and measured
        return Rebuilt(
            carried.kept, carried.fresh, self.standing.untrained(now), self.result is not None, carried.returned,
            carried.lost, same, carried.titles(old.graph, project.graph), self.progress.epoch, self.progress.batch,
        )  # fmt: skip

    def rewind(self) -> None:
        """Back to the first weights of this project's seed, as a new run of it would have; what follows is the
        same again."""
        self._start(self.project)

    @property
    def result(self) -> EpochDone | None:
        """The figures of the last epoch, while they are those of this network; None before the first."""
        return self.standing.result(self.function, self.layer_keys)

    @property
    def layer_keys(self) -> dict[str, Key]:
        """What the layers with weights are told apart by, by id."""
        return {node: layer.key for node, layer in layers(self.project.graph, self.network.state_dict()).items()}

    @property
    def unmeasured(self) -> bool:
        """True while nothing is known of how good the network is as it is: no epoch and no `measure` has said it."""
        return not self.measuring.done and self.result is None

    def measure(self) -> tuple[Measured, ...]:
        """One chunk of finding out how good the network is as it is; the run goes on as if nothing had been asked."""
        return self.measuring.step()

    # -- saving and resuming ------------------------------------------------------------------------------

    @property
    def evaluating(self) -> bool:
        """True while the evaluation after an epoch is not complete."""
        return self._evaluation is not None

    def resume(
        self, weights: dict[str, Tensor], optimizer: dict[str, dict[str, Tensor]], order: dict[str, Tensor],
        random: Tensor, progress: Progress, evaluating: bool,
    ) -> None:  # fmt: skip
        """Goes on where a saved run of this project stopped; the next step is the one it would have taken."""
        carry_weights(weights, self.network)
        self.learnt = True
        self._install(self.network, optimizer)
        self.batches.load_state(order)
        self.random, self.progress = random, replace(progress)
        if evaluating:
            self._evaluation = Evaluation(self.network, self.objective, self.data.test, self.device)

    # -- looking at it -----------------------------------------------------------------------------------

    def probe(self, request: Request) -> Arrays:
        """What a view asks for, as numpy arrays; training is not disturbed. Raises KeyError for a node that is not
        in the network."""
        return probes.run(self.network, self.objective, self.data, self.device, request)

    def weights_sha256(self) -> str:
        """The hash of the weights as they are."""
        return self.network.weights_sha256()
