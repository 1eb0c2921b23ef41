"""Writes recurrent.json: RNN, GRU and LSTM.

ONNX Runtime has them in float32 with layout 0; its results are transposed for layout 1. Its sequence_lens is int32.
"""

from harness import *

TYPES[np.dtype("int32")] = ("int32", TensorProto.INT32)
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
DEFAULTS = {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}
ALPHAS = {"Affine": 0.5, "LeakyRelu": 0.25, "ThresholdedRelu": 0.125, "ScaledTanh": 0.75,
          "HardSigmoid": 0.25, "Elu": 0.5}
BETAS = {"Affine": 0.25, "ScaledTanh": 1.25, "HardSigmoid": 0.375}


def recurrent(op, label, sizes=(4, 3, 2, 2), bias=True, lengths=None, hidden=True, cell=True, peepholes=True, layout=0,
              outputs=None, **attributes):
    """`sizes`: steps, batch, inputs, hidden units; the flags select the optional inputs."""
    steps, batch, inputs, units = sizes
    d, rows = 2 if attributes.get("direction") == "bidirectional" else 1, GATES[op] * units
    weight = lambda *shape: (normal(shape) / 2).astype("float32")
    arguments = [
        normal((steps, batch, inputs)), weight(d, rows, inputs), weight(d, rows, units),
        weight(d, 2 * rows) if bias else None,
        None if lengths is None else np.array(lengths, "int32"), weight(d, batch, units) if hidden else None,
    ]
    if op == "LSTM":
        arguments += [weight(d, batch, units) if cell else None, weight(d, 3 * units) if peepholes else None]
    while arguments[-1] is None:
        arguments.pop()
    attributes["hidden_size"] = units
    count = 3 if op == "LSTM" else 2
    results, source = evaluate(op, arguments, attributes, count)
    assert source == "onnxruntime"
    if lengths is not None:
        arguments[4] = arguments[4].astype("int64")
    if layout == 1:
        attributes["layout"] = 1
        for index in [0, 5, 6]:
            if index < len(arguments) and arguments[index] is not None:
                arguments[index] = arguments[index].swapaxes(0, 1)
        results = [results[0].transpose(2, 0, 1, 3)] + [state.swapaxes(0, 1) for state in results[1:]]
    case(op, label, arguments, attributes, expected=results[: outputs or count])
    cases[-1]["by"] = source


for op in GATES:
    parts = ["bias", "hidden"] + (["cell", "peepholes"] if op == "LSTM" else [])
    nothing = dict.fromkeys(parts, False)
    forms = [{}, {"linear_before_reset": 1}] if op == "GRU" else [{}, {"input_forget": 1}] if op == "LSTM" else [{}]
    for direction, layout, form in itertools.product(["forward", "reverse", "bidirectional"], [0, 1], forms):
        common = {"direction": direction, "layout": layout, **form}
        label = f"{direction}, layout {layout}, {form}"
        recurrent(op, f"{label}, everything", lengths=[2, 4, 1], **common)
        recurrent(op, f"{label}, no lengths", **common)
        recurrent(op, f"{label}, parameters only", **{**nothing, **common})
        recurrent(op, f"{label}, clipped", clip=0.5, **common)
        if layout == 0:
            recurrent(op, f"{label}, parameters and lengths", lengths=[4, 3, 1], **{**nothing, **common})
    for part in parts:
        recurrent(op, f"with {part}", **{**nothing, part: True})
        recurrent(op, f"without {part}", **{part: False})
    recurrent(op, "one step", (1, 2, 3, 2), direction="bidirectional")
    recurrent(op, "one of everything", (1, 1, 1, 1))
    recurrent(op, "longer", (9, 1, 3, 2), direction="reverse")
    for outputs in [1, 2]:
        recurrent(op, f"{outputs} outputs", outputs=outputs)
    for name in ["Relu", "Tanh", "Sigmoid", "Softsign", "Softplus", *ALPHAS]:
        last = DEFAULTS[op][:-1] + [name]
        more = {"activation_alpha": [ALPHAS[name]]} if name in ALPHAS else {}
        more |= {"activation_beta": [BETAS[name]]} if name in BETAS else {}
        recurrent(op, f"{name} last", (3, 2, 2, 2), activations=last, **more)
    for name in ["LeakyRelu", "HardSigmoid", "Elu"]:
        recurrent(op, f"{name} by default", (3, 2, 2, 2), activations=DEFAULTS[op][:-1] + [name])
    # The values go to the activations with parameters, in order, over both directions.
    mixed = {"RNN": ["LeakyRelu", "Affine"], "GRU": ["HardSigmoid", "Tanh", "Sigmoid", "ScaledTanh"],
             "LSTM": ["HardSigmoid", "Elu", "Tanh", "Sigmoid", "ScaledTanh", "Softsign"]}[op]
    alphas = [ALPHAS[name] + 0.125 for name in mixed if name in ALPHAS]
    betas = [BETAS[name] + 0.125 for name in mixed if name in BETAS]
    recurrent(op, "mixed activations", direction="bidirectional", activations=mixed, activation_alpha=alphas,
              activation_beta=betas)

write()
