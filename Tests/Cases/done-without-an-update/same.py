"""Exits with 0 if two ONNX files have equal parameters."""

import sys

import numpy as np
import onnx
from onnx import numpy_helper

one, other = (
    {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(file).graph.initializer}
    for file in sys.argv[1:])
assert one.keys() == other.keys() and one
sys.exit(not all(np.array_equal(one[name], other[name]) for name in one))
