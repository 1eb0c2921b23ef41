"""Supervised learning by PyTorch: three updates of a small network, and an evaluation after them.

Writes supervised.json. Generated with PyTorch 2.15 and NumPy 2.4:
    python3 make_supervised.py
"""

import json
import pathlib

import numpy
import torch

BATCH, INPUTS, HIDDEN = 4, 5, 6
RATES = [1e-2, 1e-2 * 2 / 3, 1e-2 / 3]


def numbers(tensor):
    return tensor.detach().double().flatten().tolist()


def case(outputs, loss, optimizer, targets):
    """Trains on rows 0 to 11, four at a time, and evaluates on rows 12 to 18."""
    torch.manual_seed(outputs)
    samples = torch.randn(19, INPUTS)
    network = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, outputs))
    initial = {name: numbers(value) for name, value in network.named_parameters()}
    trained = optimizer(network.parameters())
    steps = []
    for index, rate in enumerate(RATES):
        rows = slice(BATCH * index, BATCH * (index + 1))
        for group in trained.param_groups:
            group["lr"] = rate
        predictions = network(samples[rows])
        value = loss(predictions, targets[rows])
        trained.zero_grad()
        value.backward()
        trained.step()
        step = {"loss": value.item()}
        if targets.dtype == torch.int64:
            step["accuracy"] = (predictions.argmax(1) == targets[rows]).float().mean().item()
        steps.append(step)
    with torch.no_grad():
        predictions = network(samples[12:])
        final_loss = loss(predictions, targets[12:]).item()
        if targets.dtype == torch.int64:
            evaluation = (predictions.argmax(1) == targets[12:]).double().mean().item()
        else:
            truth = targets[12:].double()
            errors = ((predictions.double() - truth) ** 2).mean()
            evaluation = (1 - errors / ((truth - truth.mean(0)) ** 2).mean()).item()
    return {
        "samples": numbers(samples), "targets": numbers(targets), "initial": initial, "rates": RATES, "steps": steps,
        "final": {name: numbers(value) for name, value in network.named_parameters()},
        "validation": {"loss": final_loss, "evaluation": evaluation},
    }


torch.manual_seed(0)
classes = torch.randint(0, 3, (19,))
values = torch.randn(19, 2)
result = {
    "classification": case(
        3, torch.nn.CrossEntropyLoss(label_smoothing=0.1),
        lambda parameters: torch.optim.AdamW(parameters, weight_decay=0.1), classes),
    "regression": case(2, torch.nn.MSELoss(), lambda parameters: torch.optim.SGD(parameters, momentum=0.9), values),
}
(pathlib.Path(__file__).parent / "supervised.json").write_text(json.dumps(result, indent=1) + "\n")
print("torch", torch.__version__, "numpy", numpy.__version__)
