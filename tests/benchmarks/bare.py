"""The bare loop: training as it is written by hand in PyTorch, and nothing else. The other loops are measured
against it."""

import torch


def train(net, X, y, loss_of, optimizer, batch, epochs):
    for _ in range(epochs):
        for i in torch.randperm(len(X)).split(batch):
            loss = loss_of(net(X[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
