"""What actions need and what ticks them, as questions to the models."""

from __future__ import annotations

from playground.catalog.catalogue import CATALOGUE
from playground.ui.actions import Conditions
from playground.ui.download import Download
from playground.ui.models import Models
from playground.ui.training import Training
from playground.ui.workbench import BOTTOM, PALETTE, Workbench


class Answers:
    """Answers by name; each is asked whenever something may have changed."""

    def __init__(self, models: Models, training: Training, download: Download, workbench: Workbench) -> None:
        self._models, self._training, self._download, self._workbench = models, training, download, workbench

    def as_mapping(self) -> Conditions:
        """The answers under the names that the table of actions uses."""
        return {
            "train": self._can_train,
            "step": self._can_step,
            "started": self._has_run,
            "slower": self._can_slow,
            "faster": self._can_hasten,
            "network": self._shows_network,
            "selection": self._has_selection,
            "removable": self._can_remove,
            "renamable": self._can_rename,
            "layers": self._has_layers,
            "several": self._has_several,
            "many": self._has_many,
            "points": self._has_points,
            "images": self._has_images,
            "downloadable": self._can_download,
            "cpu": self._uses_cpu,
            "cuda": self._uses_gpu,
            "gpu": self._has_gpu,
            "plots": self._shows_plots,
            "palette": self._shows_palette,
            "test_points": self._shows_test_points,
            "discretise": self._discretises,
            "saliency": self._shows_saliency,
            "full_screen": self._fills_screen,
        }

    def _can_train(self) -> bool:
        return self._training.running or not self._training.obstacle

    def _can_step(self) -> bool:
        return not self._training.running and not self._training.obstacle

    def _can_slow(self) -> bool:
        return self._training.pace.can_slow

    def _can_hasten(self) -> bool:
        return self._training.pace.can_hasten

    def _has_run(self) -> bool:
        return self._training.opened is not None

    def _shows_network(self) -> bool:
        return self._workbench.shows_network

    def _has_selection(self) -> bool:
        # What cannot be seen must not be edited: Inspect selects layers, too.
        return self._shows_network() and bool(self._models.focus.selection)

    def _has_layers(self) -> bool:
        return self._shows_network() and bool(self._workbench.editor.scene.annotations.chosen()[0])

    def _can_remove(self) -> bool:
        scene = self._workbench.editor.scene
        other = scene.selected_edge is not None or scene.hover.weight is not None
        return self._can_rename() or (self._shows_network() and other)

    def _can_rename(self) -> bool:
        chosen = self._workbench.editor.scene.annotations.has_selection
        return self._has_selection() or (self._shows_network() and chosen)

    def _has_several(self) -> bool:
        return self._has_selection() and len(self._models.focus.selection) > 1

    def _has_many(self) -> bool:
        return self._has_selection() and len(self._models.focus.selection) > 2

    def _has_points(self) -> bool:
        return not self._has_images()

    def _has_images(self) -> bool:
        return len(CATALOGUE.datasets[self._models.document.project.data.name].shape) > 1

    def _uses_cpu(self) -> bool:
        return self._models.document.project.training.device != "cuda"

    def _uses_gpu(self) -> bool:
        return not self._uses_cpu()

    def _has_gpu(self) -> bool:
        return not self._training.gpu_missing

    def _can_download(self) -> bool:
        return self._download.possible

    def _shows_plots(self) -> bool:
        return not self._workbench.folded(BOTTOM)

    def _shows_palette(self) -> bool:
        return not self._workbench.folded(PALETTE)

    def _shows_test_points(self) -> bool:
        return bool(self._models.focus.display("test_points"))

    def _discretises(self) -> bool:
        return bool(self._models.focus.display("discretise"))

    def _shows_saliency(self) -> bool:
        return bool(self._models.focus.display("saliency"))

    def _fills_screen(self) -> bool:
        return self._workbench.window().isFullScreen()
