"""What the user is making: an immutable project of graph, data choice and training choices."""
