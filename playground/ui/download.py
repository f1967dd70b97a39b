"""Downloading the data of the project on request, in a process of its own, with progress and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.dataset import Sources
from playground.engine.download_job import download_job
from playground.engine.jobs import JobDone, JobFailed, JobProgress, Jobs
from playground.ui.models import Models
from playground.ui.submitter import Submitter

POLL_MS = 200
MEGABYTE = 1_000_000


class Download(QObject):
    """At most one download. `changed` follows every step; `failed(sentence)` says why one ended without the data."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, models: Models, submitter: Submitter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models, self._submitter = models, submitter
        self._jobs = Jobs()
        self._label = ""
        self._done = self._total = 0
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def sources(self) -> Sources:
        """Where files of data sets are looked for."""
        return self._submitter.sources

    @property
    def running(self) -> bool:
        """True while files are fetched."""
        return bool(self._jobs.running)

    @property
    def possible(self) -> bool:
        """Whether the data of the project can be fetched: not where they are in use already."""
        name, data = self._models.document.project.data.name, self._models.runner.data
        failed = self._models.runner.state == "failed"
        in_use = data is not None and data.dataset.name == name and not data.substitute and not failed
        return CATALOGUE.datasets[name].downloadable and not self.running and not in_use

    @property
    def suggested(self) -> bool:
        """Whether that is what the user is likely to want: he has not named a folder of his own."""
        return self.possible and self._submitter.sources.folder is None

    @property
    def sentence(self) -> str:
        """How far it is."""
        if not self._total:
            return self.tr("Downloading {}.").format(self._label)
        done, total = (round(count / MEGABYTE) for count in (self._done, self._total))
        return self.tr("Downloading {}: {} of {} MB.").format(self._label, done, total)

    @Slot()
    def start(self) -> None:
        """Fetches the data of the project."""
        if self.possible:
            dataset = CATALOGUE.datasets[self._models.document.project.data.name]
            self._label, self._done, self._total = dataset.label, 0, 0
            self._jobs.start(download_job(dataset.name))
            self._timer.start()
            self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Gives up; nothing of it is kept."""
        self._jobs.cancel_all()
        self._timer.stop()
        self.changed.emit()

    @Slot()
    def _poll(self) -> None:
        for event in self._jobs.poll():
            match event:
                case JobProgress():
                    self._done, self._total = event.done, event.total
                case JobDone():
                    self._timer.stop()
                    self._submitter.use_downloads()
                case JobFailed():
                    self._timer.stop()
                    self.failed.emit(event.reason)
            self.changed.emit()
