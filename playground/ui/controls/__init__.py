"""The controls of the window: each takes the theme, follows its changes and reports edits by signals."""
