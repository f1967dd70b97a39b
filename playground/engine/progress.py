"""How far a run is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Progress:
    """How far the run is. Epochs count from 1 once one has begun; sums are over the epoch's samples so far."""

    epoch: int = 0
    batch: int = 0
    samples: int = 0
    loss_sum: float = 0.0
    correct: int = 0
    seconds: float = 0.0
