#!/usr/bin/env python3
"""Compares zoo's textual syntax with that of the onnx package, on its node tests and on models of every feature.

usage: onnx_text.py [--only PATTERN] [--jobs N]

ZOO_BIN names the program. For each model of `load_node_model_tests`, and for each model of `features` below:
- `printed`: `onnx.parser` reads the text of `zoo export` as the same model.
- `parsed`: zoo reads the text of `onnx.printer` as `onnx.parser` does, byte for byte (both serialized by Python).
- `round trip`: zoo reads its own text as the same model.

Two models are the same if all of their fields are equal after `normal`. It evens out what the syntax lacks: elements
in `raw_data` or in typed fields, absent and empty names and domains, the payload of NaN.

`onnx_text_failures.txt` beside this file lists the comparisons that onnx itself makes impossible, with the reason:
`onnx.printer` loses parts of some models, and `onnx.parser` can't read some names. The run fails if another comparison
does, and if a listed one succeeds.
"""

import argparse
import concurrent.futures
import fnmatch
import os
import re
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import onnx
import onnx.parser
import onnx.printer
from onnx import AttributeProto, TensorProto, helper, numpy_helper
from onnx.backend.test.loader import load_node_model_tests

FOLDER = os.path.dirname(os.path.abspath(__file__))
TYPED_FIELDS = ["float_data", "double_data", "int32_data", "int64_data", "uint64_data"]


def normal(model, plain=False):
    """A copy of a model in which equal models have equal fields. `plain`: without the fields that onnx.parser lacks."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    for message in messages(model):
        kind = message.DESCRIPTOR.name
        if kind == "NodeProto":
            message.domain = message.domain
            if not message.overload:
                message.ClearField("overload")
        elif kind == "OperatorSetIdProto":
            message.domain = message.domain
        elif kind == "TensorProto":
            message.name = message.name
            normalize_elements(message)
        elif kind == "AttributeProto":
            message.f, message.floats[:] = one_nan(message.f), map(one_nan, message.floats)
            if message.type != AttributeProto.FLOAT or message.ref_attr_name:
                message.ClearField("f")
        if plain and kind != "ModelProto":
            for field in ("doc_string", "metadata_props"):
                if field in message.DESCRIPTOR.fields_by_name and (kind, field) != ("FunctionProto", "doc_string"):
                    message.ClearField(field)
    return model


def normalize_elements(tensor):
    if tensor.data_location == TensorProto.EXTERNAL:
        return
    tensor.ClearField("data_location")
    if tensor.data_type == TensorProto.STRING:
        return
    data = numpy_helper.to_array(tensor)
    # NumPy would take 65535 as an int16.
    if data.dtype in (np.int8, np.int16) and not np.array_equal(tensor.int32_data or data.ravel(), data.ravel()):
        raise ValueError(f"elements of {tensor.name} are out of range")
    if data.dtype.kind in "fc":
        data = np.where(np.isnan(data), data.dtype.type(np.nan), data)
    for field in TYPED_FIELDS:
        tensor.ClearField(field)
    tensor.raw_data = data.tobytes()


def one_nan(number):
    return float("nan") if number != number else number


def messages(message):
    yield message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in value if field.is_repeated else [value]:
                yield from messages(part)


# Models of features that node tests lack.


def node_model(name, *nodes, functions=(), **graph):
    values = {"inputs": [], "outputs": []} | graph
    body = helper.make_graph(list(nodes), name, **values)
    return helper.make_model(body, functions=list(functions), opset_imports=[helper.make_opsetid("", 21)])


def tensor_of(code, count=3):
    """A tensor of a type with irregular bits in raw_data; numbers with a sign are negative."""
    name = TensorProto.DataType.Name(code).lower()
    if code == TensorProto.STRING:
        texts = [b"", b'a "quoted" \\ text\n', "gr\u00fcn".encode()]
        return TensorProto(name=name, data_type=code, dims=[3], string_data=texts)
    if code == TensorProto.BOOL:
        return TensorProto(name=name, data_type=code, dims=[3], raw_data=b"\1\0\1")
    small = re.fullmatch(r"u?int([24])|float([46])e.*", name)
    bits = int(small[1] or small[2]) if small else 8 * helper.tensor_dtype_to_np_dtype(code).itemsize
    data = bytes(200 - index for index in range((count * bits + 7) // 8))
    return TensorProto(name=name, data_type=code, dims=[count], raw_data=data)


def features():
    """Pairs of a name and a model."""
    codes = [code for code in TensorProto.DataType.values() if code != TensorProto.UNDEFINED]
    for code in codes:
        tensor = tensor_of(code)
        yield f"elements of {tensor.name}", node_model("g", initializer=[tensor])
        typed = onnx.parser.parse_model(
            f'<ir_version: 10, opset_import: ["": 21]> g () => () <{tensor.name}[0] x = {{}}> {{}}')
        yield f"no elements of {tensor.name}", typed
    empty = helper.make_node("Op", [], ["y"])
    empty.attribute.append(AttributeProto(name="texts", type=AttributeProto.STRINGS))
    yield "an empty list of texts", node_model("g", empty)
    numbers = [0.0, -0.0, 1e-45, 3.4028235e38, float("inf"), float("-inf"), float("nan"), 0.1, 16777217.0, 1e16]
    yield "floats", node_model("g", helper.make_node("Op", [], [], f=-0.0, fs=numbers), initializer=[
        numpy_helper.from_array(np.array(numbers, np.float32), "f"),
        numpy_helper.from_array(np.array(numbers + [5e-324, 1.7976931348623157e308], np.float64), "d")])
    integers = [np.iinfo(np.int64).min, -1, 0, np.iinfo(np.int64).max]
    yield "integers", node_model("g", helper.make_node("Op", [], [], i=integers[0], ints=integers), initializer=[
        numpy_helper.from_array(np.array(integers), "i"),
        numpy_helper.from_array(np.array([0, np.iinfo(np.uint64).max], np.uint64), "u")])
    names = ["", "/a/b", "a.b:0", "1", 'a"b', "a\\b", "float", "seq", "inf", "grün\n", "a\u0301", '"\u0301', "#"]
    yield "names of values and nodes", node_model(
        names[1], *[helper.make_node("Op", [name, "x"], ["", name], name=name) for name in names],
        inputs=[helper.make_tensor_value_info(name, TensorProto.FLOAT, [name]) for name in names],
        value_info=[onnx.ValueInfoProto(name=name) for name in names],
        initializer=[numpy_helper.from_array(np.zeros(1, np.float32), name) for name in names])
    for name in ["/a/b", 'a"b', "inf"]:
        yield f"operator {name!r}", node_model("g", helper.make_node(name, [], []))
        yield f"domain {name!r}", node_model("g", helper.make_node("Op", [], [], domain=name))
        yield f"attribute {name!r}", node_model("g", helper.make_node("Op", [], [], **{name: 1}))
        yield f"graph {name!r} in an attribute", node_model(
            "g", helper.make_node("Op", [], [], body=helper.make_graph([], name, [], [])))
        yield f"tensor {name!r} in an attribute", node_model(
            "g", helper.make_node("Op", [], [], value=numpy_helper.from_array(np.array([1.0]), name)))
    yield "domains with dots", node_model("g", helper.make_node("Op", ["x"], ["y"], domain="ai.onnx.ml"))
    float_type = helper.make_tensor_type_proto(TensorProto.FLOAT, [2, None, "n"])
    types = {
        "scalar": helper.make_tensor_type_proto(TensorProto.INT64, []),
        "unknown rank": helper.make_tensor_type_proto(TensorProto.BOOL, None),
        "sequence": helper.make_sequence_type_proto(helper.make_optional_type_proto(float_type)),
        "map": helper.make_map_type_proto(TensorProto.STRING, helper.make_sequence_type_proto(float_type)),
        "sparse": helper.make_sparse_tensor_type_proto(TensorProto.DOUBLE, [3, 4]),
        "opaque": onnx.TypeProto(opaque_type=onnx.TypeProto.Opaque(domain="a.b", name="Thing")),
        "opaque without domain": onnx.TypeProto(opaque_type=onnx.TypeProto.Opaque(name="Thing")),
    }
    for name, type_proto in types.items():
        value = helper.make_value_info("x", type_proto)
        node = helper.make_node("Op", ["x"], ["y"])
        node.attribute.append(AttributeProto(name="type", type=AttributeProto.TYPE_PROTO, tp=type_proto))
        yield f"type {name}", node_model("g", node, inputs=[value], outputs=[value], value_info=[value])
    inner = helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "inner", [], [onnx.ValueInfoProto(name="y")])
    outer = helper.make_graph([helper.make_node("If", ["c"], ["y"], then_branch=inner)], "outer", [], [])
    yield "graphs in graphs", node_model("g", helper.make_node("If", ["c"], ["y"], then_branch=outer, other=1))
    yield "lists of graphs and tensors", node_model("g", helper.make_node(
        "Op", [], [], graphs=[inner, outer], tensors=[tensor_of(TensorProto.FLOAT), tensor_of(TensorProto.INT64)]))
    reference = helper.make_node("Op", ["x"], ["y"])
    reference.attribute.append(AttributeProto(name="alpha", type=AttributeProto.FLOAT, ref_attr_name="a"))
    function = helper.make_function(
        "my.domain", "F", ["x"], ["y"], [reference], [helper.make_opsetid("", 21)], attributes=["a"], overload="one")
    caller = helper.make_node("F", ["x"], ["y"], domain="my.domain", overload="one", a=1.0)
    yield "functions", node_model("g", caller, functions=[function])
    function.attribute_proto.append(helper.make_attribute("b", [1, 2]))
    function.value_info.append(helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n"]))
    function.doc_string = 'a "function"'
    yield "functions with defaults, types and documentation", node_model("g", caller, functions=[function])
    external = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": "w.bin", "offset": "0", "length": "8"}.items():
        external.external_data.add(key=key, value=value)
    yield "external data", node_model("g", initializer=[external])
    yield "external data in an attribute", node_model("g", helper.make_node("Constant", [], ["w"], value=external))
    yield "texts that are not UTF-8", node_model("g", helper.make_node("Op", [], [], s=b"\xff\x00\n\"", t=[b"\x80"]))
    described = node_model("g", helper.make_node("Op", ["x"], ["y"], a=tensor_of(TensorProto.FLOAT), b=1),
                           inputs=[helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
                           initializer=[tensor_of(TensorProto.INT64)], functions=[function])
    described.producer_name, described.model_version, described.domain = 'a "b"', 7, "c.d"
    described.doc_string = "two\nlines \\n"
    for number, message in enumerate(list(messages(described))):
        if "doc_string" in message.DESCRIPTOR.fields_by_name:
            message.doc_string = f'the "text" {number}\nof \\n a {message.DESCRIPTOR.name}\r\n'
        if "metadata_props" in message.DESCRIPTOR.fields_by_name:
            message.metadata_props.add(key='k\n"', value=f"#: {number}")
            message.metadata_props.add(key="empty")
            message.metadata_props[-1].value = ""
    yield "documentation and metadata", described


# The comparisons.


def zoo(*arguments):
    result = subprocess.run([os.environ["ZOO_BIN"], "export", *arguments], capture_output=True, text=True, timeout=60)
    if result.returncode != 0:
        raise RuntimeError((result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1])


def difference(found, expected):
    if found == expected:
        return ""
    found, expected = str(found).splitlines(), str(expected).splitlines()
    for one, other in zip(found + [""], expected + [""]):
        if one != other:
            return f"found '{one.strip()}', expected '{other.strip()}'"
    return "the models differ"


def compare(model, folder):
    """The results of the comparisons by name: the reason of a failure, or nothing."""
    path = {name: os.path.join(folder, name) for name in ("a.onnx", "a.onnxtxt", "b.onnx", "c.onnxtxt", "c.onnx")}

    def printed():
        with open(path["a.onnx"], "wb") as file:
            file.write(model.SerializeToString())
        zoo(path["a.onnx"], "-o", path["a.onnxtxt"])
        with open(path["a.onnxtxt"], newline="") as file:
            return difference(normal(onnx.parser.parse_model(file.read())), normal(model, plain=True))

    def round_trip():
        zoo(path["a.onnxtxt"], "-o", path["b.onnx"])
        return difference(normal(onnx.load(path["b.onnx"], load_external_data=False)), normal(model))

    def parsed():
        text = onnx.printer.to_text(model)
        with open(path["c.onnxtxt"], "w", newline="") as file:
            file.write(text)
        expected = onnx.parser.parse_model(text)
        zoo(path["c.onnxtxt"], "-o", path["c.onnx"])
        found = onnx.load(path["c.onnx"], load_external_data=False)
        same = found.SerializeToString(deterministic=True) == expected.SerializeToString(deterministic=True)
        return "" if same else difference(found, expected)

    results = {}
    for name, check in [("printed", printed), ("round trip", round_trip), ("parsed", parsed)]:
        try:
            results[name] = check()
        except Exception as error:
            text = error.args[0] if error.args else ""
            lines = (text.decode(errors="replace") if isinstance(text, bytes) else str(error)).splitlines()
            results[name] = f"{type(error).__name__}: {lines[-1] if lines else ''}"
    return results


def known_failures():
    """The reasons by comparison: lines `COMPARISON | MODEL | REASON`."""
    with open(os.path.join(FOLDER, "onnx_text_failures.txt")) as file:
        lines = [line.rstrip("\n").split(" | ") for line in file if not line.startswith("#")]
    return {(comparison, model): reason for comparison, model, reason in lines}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    models = [(case.name, case.model) for case in load_node_model_tests()] + list(features())
    models = [(name, model) for name, model in models if fnmatch.fnmatch(name, arguments.only)]
    known = known_failures()

    def one(item):
        with tempfile.TemporaryDirectory() as folder:
            return item[0], compare(item[1], folder)

    passed, wrong = 0, 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, results in pool.map(one, models):
            for comparison, reason in results.items():
                if bool(reason) == ((comparison, name) in known):
                    passed += 1
                else:
                    wrong += 1
                    print(f"not ok {comparison} | {name} | {reason or 'succeeds, but is a known failure'}")
    if not wrong:
        print(f"ok {passed} comparisons of {len(models)} models of onnx {onnx.__version__}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
