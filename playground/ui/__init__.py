"""What the user sees. Qt; no torch: frames carry numpy."""
