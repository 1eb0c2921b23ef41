#!/usr/bin/env python3
"""Compares Sources/CTensorBoard/tensorboard.proto with the descriptors in the `tensorboard` package.

Every message, field, enum and enum value of tensorboard.proto must be there with the same number, label and type. It is
a part of the original schema only. Needs `tensorboard` (written against 2.21) and protoc with the plugin of protobuf-c
(Debian: protobuf-compiler, protobuf-c-compiler). Prints `ok …` and `not ok …` lines; exits with 1 after a `not ok`.
"""

import sys

from google.protobuf import struct_pb2
from tensorboard.compat.proto import (
    attr_value_pb2, event_pb2, graph_pb2, node_def_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2,
    versions_pb2,
)
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2

from protobuf_schema import Schema, all_facts

# Both hparams and TensorFlow have a DataType; only the values of the first one are written.
MODULES = [
    attr_value_pb2, event_pb2, graph_pb2, node_def_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2,
    versions_pb2, api_pb2, plugin_data_pb2, struct_pb2,
]


def facts(field, message):
    """Packages differ, and so does nesting of the names of types. The schema leaves out what is not written."""
    number, label, kind, name, *_ = all_facts(field, message)
    return number, label, kind, name.rsplit(".", 1)[-1]


def main():
    schema = Schema("CTensorBoard", "tensorboard", facts)
    schema.check_declarations(MODULES, "tensorboard")
    schema.check_code()
    return 1 if schema.failures else 0


if __name__ == "__main__":
    sys.exit(main())
