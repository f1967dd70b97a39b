"""What the banner says: decides which notices are up from the state of the document and of training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Slot

from playground.catalog.catalogue import CATALOGUE
from playground.catalog.checks import with_dataset
from playground.engine.messages import Opened, RunGone, RunNotKept, RunSize
from playground.ui.banner import Banner, Notice
from playground.ui.download import Download
from playground.ui.files import Files
from playground.ui.models import Models
from playground.ui.numbers import whole
from playground.ui.training import Training

# What is shown when several are up.
ORDER = (
    "substitute", "done", "left", "blocked", "failed", "leaving", "file", "unfetched", "download", "error",
)  # fmt: skip
RANKS = {key: rank for rank, key in enumerate(ORDER)}
# The data that come with the program and can take the place of other pictures.
AT_HAND = "digits"
DIGITS = CATALOGUE.datasets[AT_HAND]


class Notices(QObject):
    """Keeps a banner up to date."""

    def __init__(
        self, models: Models, training: Training, files: Files, download: Download, banner: Banner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._models, self._training, self._files, self._banner = models, training, files, banner
        self._download = download
        self._knows = False
        training.changed.connect(self._update_notices)
        training.data_changed.connect(self._update_notices)
        training.more_wanted.connect(self._on_more_wanted)
        training.leaving.connect(self._on_leaving)
        models.runner.message.connect(self._on_message)
        models.runner.state_changed.connect(self._on_state_changed)
        files.failed.connect(self._on_file_failed)
        download.changed.connect(self._update_notices)
        download.failed.connect(self._on_download_failed)
        models.document.replaced.connect(self._on_document_replaced)
        models.document.changed.connect(self._on_edited)
        models.document.path_changed.connect(self._on_gone_on)
        self._update_notices()

    @Slot(str)
    def show_error(self, sentence: str) -> None:
        """Says that something went wrong that should not have."""
        self._put("error", Notice(sentence, "error"))

    @Slot(str)
    def show_sentence(self, sentence: str) -> None:
        """Says what was not done, and why."""
        self._on_file_failed(sentence)

    @Slot(str)
    def _on_file_failed(self, sentence: str) -> None:
        self._put_anew("file", Notice(sentence, "error"))

    @Slot(str)
    def _on_download_failed(self, sentence: str) -> None:
        again = (self.tr("Choose a data folder"), self._files.ask_data_folder)
        self._put("unfetched", Notice(sentence, "error", 0, self.tr("Try again"), self._try_again, (again,)))

    def _try_again(self) -> None:
        self._banner.take_down("unfetched")
        self._download.start()

    @Slot()
    def _on_more_wanted(self) -> None:
        epochs = whole(self._models.document.project.training.epochs)
        text = self.tr("All {} epochs are done.").format(epochs)
        more = self.tr("Train {} more").format(epochs)
        self._put_anew("done", Notice(text, "info", 0, more, self._training.train_more))

    @Slot(str, object, object)
    def _on_leaving(self, text: str, do: Callable[[], None], size: RunSize) -> None:
        sentence = self.tr("This run needs {} and at most {} are kept. Undo would begin with its first weights.")
        question = sentence.format(*_megabytes(size))
        go_on = (text, partial(self._leave, do))
        self._put_anew("leaving", Notice(question, "warning", 0, self.tr("Save"), self._files.save, (go_on,)))

    def _leave(self, do: Callable[[], None]) -> None:
        self._knows = True
        do()

    @Slot(object)
    def _on_message(self, message: object) -> None:
        if isinstance(message, RunNotKept) and not self._knows:
            text = self.tr("That run needs {} and at most {} are kept. Undo will begin with its first weights.")
            self._put_anew("left", Notice(text.format(*_megabytes(message.size))))
        elif isinstance(message, RunGone):
            self._put_anew("left", Notice(self._gone_text(message)))
        elif isinstance(message, Opened):
            self._knows = False

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        if state == "training":
            self._banner.take_down("leaving")

    def _gone_text(self, gone: RunGone) -> str:
        needed, most = _megabytes(gone.size)
        if gone.size.fits:
            text = self.tr("The last {} runs are kept, {} at most. This one is gone and begins with its first weights.")
            return text.format(gone.runs, most)
        text = self.tr("This run was not kept: it needed {}, more than {}. It begins with its first weights.")
        return text.format(needed, most)

    @Slot()
    def _on_edited(self) -> None:
        for key in ("leaving", "left"):
            self._banner.take_down(key)
        self._on_gone_on()

    @Slot()
    def _on_gone_on(self) -> None:
        """An edit or a save that went well: what went wrong with a file before is past."""
        for key in ("file", "unfetched"):
            self._banner.take_down(key)

    @Slot(object)
    def _on_document_replaced(self, project: object) -> None:
        for key in ("file", "unfetched", "failed", "error", "leaving", "left"):
            self._banner.take_down(key)

    @Slot()
    def _update_notices(self) -> None:
        self._put_if("substitute", self._substitute())
        self._put_if("blocked", self._blocked())
        self._put_if("failed", self._failed())
        if self._download.running or self._training.running:
            self._banner.take_down("unfetched")
        running = Notice(self._download.sentence, "info", 0, self.tr("Cancel"), self._download.cancel)
        self._put_if("download", running if self._download.running else None)
        if not self._training.all_done:
            self._banner.take_down("done")

    def _put(self, key: str, notice: Notice) -> None:
        self._banner.put_up(key, replace(notice, rank=RANKS[key]))

    def _put_anew(self, key: str, notice: Notice) -> None:
        """Even when it says the same as one that was put away: the user has just tried it again."""
        self._banner.take_down(key)
        self._put(key, notice)

    def _put_if(self, key: str, notice: Notice | None) -> None:
        if notice is None:
            self._banner.take_down(key)
        else:
            self._put(key, notice)

    def _substitute(self) -> Notice | None:
        ready = self._training.data
        if ready is None or not ready.data.substitute or ready.choice.name != self._models.document.project.data.name:
            return None
        text = self.tr("These are other data than you asked for: {}.").format(ready.data.source)
        return self._with_way_out(text, "info")

    def _with_way_out(self, text: str, severity: str) -> Notice:
        """A notice about missing data, with the ways to have them or others, the shortest first."""
        ways = [(self.tr("Choose a data folder"), self._files.ask_data_folder)]
        if self._download.possible:
            # Who has named a folder will rather name another.
            ways.insert(0 if self._download.suggested else 1, (self.tr("Download"), self._download.start))
        data = self._models.document.project.data
        if severity == "error" and data.name != AT_HAND and CATALOGUE.datasets[data.name].shape == DIGITS.shape:
            ways.append((self.tr("Use {}").format(DIGITS.label), self._use_digits))
        (action, do), *more = ways
        return Notice(text, severity, 0, action, do, tuple(more))

    def _use_digits(self) -> None:
        document = self._models.document
        text = self.tr("Use the data {}").format(DIGITS.label)
        document.apply(text, with_dataset(document.project, AT_HAND))

    def _blocked(self) -> Notice | None:
        problem = self._models.document.blocking
        if problem is None or not self._training.running:
            return None
        return Notice(self.tr("The last valid network goes on training: {}").format(problem.message), "warning")

    def _failed(self) -> Notice | None:
        reason = self._training.failure
        if not reason or self._models.document.blocking is not None:
            return None
        if self._models.runner.state == "failed" or self._training.lacks_data:
            return self._with_way_out(reason, "error")
        return Notice(reason, "error")


def _megabytes(size: RunSize) -> tuple[str, str]:
    """What a run needs, rounded up so that it reads as more than what is kept, and the most that is kept."""
    return f"{whole(-(-size.needed // 1_000_000))} MB", f"{whole(size.most // 1_000_000)} MB"
