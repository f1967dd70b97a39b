"""What holds for every view: a sentence while it is empty, both themes, all zooms, nothing while it is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QWidget

from playground.engine.session import Session
from playground.ui.views import VIEWS
from playground.ui.views.base import View
from tests.ui.stage import (
    IMAGE_PROJECT,
    PLANE_PROJECT,
    answer,
    frame,
    image_data,
    in_panel,
    make_models,
    plane_data,
    rgb,
    show,
)

WORKSPACES = {"build", "train", "draw", "inspect"}


def home(kind: type[View], tmp_path: Path):
    """Models and data of the project that a view is made for."""
    if kind.suits(PLANE_PROJECT):
        return make_models(tmp_path, PLANE_PROJECT, plane_data())
    return make_models(tmp_path, IMAGE_PROJECT, image_data())


def all_views():
    return pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.name)


def test_every_view_has_a_name_of_its_own_and_a_place() -> None:
    assert len({kind.name for kind in VIEWS}) == len(VIEWS)
    for kind in VIEWS:
        assert kind.caption() == kind.title != ""
        assert set(kind.workspaces) <= WORKSPACES and kind.workspaces
        assert kind.area in ("context", "left", "bottom", "centre")
        assert kind.__doc__


def test_pictures_and_points_have_views_of_their_own() -> None:
    plane = {kind.name for kind in VIEWS if kind.suits(PLANE_PROJECT)}
    images = {kind.name for kind in VIEWS if kind.suits(IMAGE_PROJECT)}
    assert plane - images == {"boundary"}
    assert images - plane == {"samples", "drawing", "network_input", "prediction", "feature_maps", "sample_chooser"}


@all_views()
def test_a_view_can_be_used_by_name(kind: type[View], qtbot, tmp_path: Path) -> None:
    view = kind(home(kind, tmp_path))
    qtbot.addWidget(view)
    parts = [part for part in view.findChildren(QWidget) if isinstance(part, (QAbstractButton, QComboBox, QSlider))]
    for control in (view, *parts):
        assert control.objectName() and control.accessibleName(), control
    assert all(control.objectName() for control in view.header_controls())
    actions = [action for part in (view, *view.findChildren(QWidget)) for action in part.actions()]
    assert all(action.objectName() and action.text() for action in actions)


@all_views()
def test_a_view_that_knows_nothing_says_so(kind: type[View], qtbot, tmp_path: Path) -> None:
    view = kind(home(kind, tmp_path))
    view.models.runner.data = None
    show(qtbot, view)
    view.show_frame(frame())
    if view.name not in ("drawing", "layers"):
        assert view.said.endswith(".")


@all_views()
def test_both_themes_and_all_zooms_are_drawn(kind: type[View], qtbot, tmp_path: Path) -> None:
    models = home(kind, tmp_path)
    view = kind(models)
    panel = in_panel(qtbot, view)
    session = Session(models.document.project, models.runner.data)
    seen = []
    for theme in ("dark", "light"):
        for zoom in (1.0, 1.75):
            models.theme.switch(theme, zoom)
            answer(session, [view])
            assert not view.said or view.name in ("loss", "accuracy", "learning_rate", "network_input", "prediction")
            seen.append(rgb(panel.grab().toImage()))
    # The ground, for pictures of ink are darker on the light theme.
    dark, light = seen[0][:, :3].mean(), seen[2][:, :3].mean()
    assert light > dark, f"{light} is not lighter than {dark}"
