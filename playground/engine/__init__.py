"""What happens when it runs: compiling, training, probing. No Qt; every file usable from a script."""
