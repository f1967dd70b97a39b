"""All views, in the order of their places: from the top of the context column, from the left of the bottom."""

from __future__ import annotations

from playground.ui.views.accuracy import AccuracyView
from playground.ui.views.base import View
from playground.ui.views.boundary import BoundaryView
from playground.ui.views.drawing import DrawingView
from playground.ui.views.feature_maps import FeatureMapsView
from playground.ui.views.layers_list import LayersView
from playground.ui.views.learning_rate import LearningRateView
from playground.ui.views.loss import LossView
from playground.ui.views.network_input import NetworkInputView
from playground.ui.views.prediction import PredictionView
from playground.ui.views.sample_chooser import SampleChooserView
from playground.ui.views.samples import SamplesView
from playground.ui.views.sheet import SheetView
from playground.ui.views.weights import WeightsView

VIEWS: tuple[type[View], ...] = (
    BoundaryView,
    SamplesView,
    DrawingView,
    NetworkInputView,
    PredictionView,
    LossView,
    AccuracyView,
    LearningRateView,
    WeightsView,
    FeatureMapsView,
    LayersView,
    SampleChooserView,
    SheetView,
)
