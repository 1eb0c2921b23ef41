#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes recurrent.json: torch.nn.RNN, GRU and LSTM as ONNX's operators.

The order of gates differs between PyTorch and ONNX: r z n and z r h, i f g o and i o f c. PyTorch has two biases. The
reference evaluator lacks directions, lengths and linear_before_reset. Nothing is checked against it.
"""

from harness import *

ORDERS = {"RNN": [0], "GRU": [1, 0, 2], "LSTM": [0, 3, 1, 2]}


def recurrent(name: str, op: str, sizes: tuple, direction: str = "forward", outputs: int = 1, states: bool = True,
              layout: int = 0) -> dict:
    """`sizes`: steps, batch, inputs, hidden units."""
    steps, batch, size, hidden = sizes
    directions = 2 if direction == "bidirectional" else 1
    rows = len(ORDERS[op]) * hidden
    lead = (lambda *shape: shape) if layout == 0 else (lambda a, b, c: (b, a, c))
    inputs = [real(*lead(steps, batch, size)), real(directions, rows, size), real(directions, rows, hidden),
              real(directions, 2 * rows), None]
    if states:
        inputs += [real(*lead(directions, batch, hidden)) for _ in range(2 if op == "LSTM" else 1)]
    else:
        inputs.pop()

    def theirs(block: torch.Tensor) -> torch.Tensor:
        """Reorders gates from ONNX's order to PyTorch's."""
        gates = block.chunk(len(ORDERS[op]))
        return torch.cat([gates[ORDERS[op].index(g)] for g in range(len(gates))])

    def function(x, w, r, b, _=None, *first):
        module = getattr(torch.nn, op)(size, hidden, bidirectional=directions == 2, batch_first=layout == 1).double()
        names, values = [], []
        for index, suffix in enumerate(["", "_reverse"][:directions]):
            wb, rb = b[index].chunk(2)
            names += [f"{kind}_l0{suffix}" for kind in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]]
            values += [theirs(block) for block in [w[index], r[index], wb, rb]]
        if layout == 1:
            first = [state.transpose(0, 1).contiguous() for state in first]
        arguments = [x.flip(layout) if direction == "reverse" else x]
        arguments += [tuple(first) if op == "LSTM" else first[0]] if first else []
        y, last = torch.func.functional_call(module, dict(zip(names, values)), tuple(arguments))
        if direction == "reverse":
            y = y.flip(layout)
        y = y.unflatten(2, (directions, hidden))
        last = list(last) if op == "LSTM" else [last]
        if layout == 0:
            y = y.transpose(1, 2)
        else:
            last = [state.transpose(0, 1) for state in last]
        return (y, *last)[:outputs] if outputs > 1 else y

    attributes = {"hidden_size": hidden, "direction": direction, "layout": layout}
    if op == "GRU":
        attributes["linear_before_reset"] = 1
    return case(name, op, attributes, inputs, function, checked=False)


def cases() -> list[dict]:
    found = []
    for op in ORDERS:
        count = 3 if op == "LSTM" else 2
        found.append(recurrent(f"{op}", op, (3, 2, 2, 2), outputs=count))
        found.append(recurrent(f"{op} without states", op, (2, 1, 3, 2), states=False))
        found.append(recurrent(f"{op} reverse", op, (3, 1, 2, 2), direction="reverse", outputs=count))
        found.append(recurrent(f"{op} bidirectional", op, (2, 2, 1, 2), direction="bidirectional", outputs=count))
        found.append(recurrent(f"{op} batch first", op, (2, 3, 2, 1), layout=1, outputs=count))
    return found


if __name__ == "__main__":
    write_cases(cases())
