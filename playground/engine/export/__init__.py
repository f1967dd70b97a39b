"""What leaves the program as text: the network as a PyTorch module, its summary as a table. No torch is needed."""
