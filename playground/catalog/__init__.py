"""What the user can choose: layers, data sets, optimizers and losses."""
