#!/usr/bin/env python3
"""Compares Sources/CTensorBoard/tensorboard.proto with the descriptors in the `tensorboard` package.

Every message, field, enum and enum value of tensorboard.proto must be there with the same number, label and type. It is
a part of the original schema only. Needs `tensorboard` (written against 2.21) and protoc with the plugin of protobuf-c
(Debian: protobuf-compiler, protobuf-c-compiler). Prints `ok …` and `not ok …` lines; exits with 1 after a `not ok`.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, struct_pb2
from tensorboard.compat.proto import (
    attr_value_pb2, event_pb2, graph_pb2, node_def_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2,
    versions_pb2,
)
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CTensorBoard"
MODULES = [
    attr_value_pb2, event_pb2, graph_pb2, node_def_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2,
    versions_pb2, api_pb2, plugin_data_pb2, struct_pb2,
]


def compile_schema(*arguments):
    subprocess.run(["protoc", f"-I{SCHEMA}", *arguments, "tensorboard.proto"], check=True)


def ours():
    """The descriptor of tensorboard.proto."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "tensorboard.desc"
        compile_schema(f"--descriptor_set_out={path}")
        return [descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file[0]]


def theirs():
    """The descriptors of the package."""
    files = []
    for module in MODULES:
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        files.append(file)
    return files


def enum_rows(prefix, enum):
    for value in enum.value:
        yield f"{prefix}{enum.name}.{value.name}", value.number


def message_rows(prefix, message):
    name = prefix + message.name
    for field in message.field:
        # Packages differ, and so does nesting of the names of types.
        yield f"{name}.{field.name}", (
            field.number,
            descriptor_pb2.FieldDescriptorProto.Label.Name(field.label),
            descriptor_pb2.FieldDescriptorProto.Type.Name(field.type),
            field.type_name.rsplit(".", 1)[-1],
        )
    for nested in message.nested_type:
        yield from message_rows(name + ".", nested)
    for enum in message.enum_type:
        yield from enum_rows(name + ".", enum)


def rows(files):
    """All declarations, by name."""
    found = {}
    for file in files:
        for message in file.message_type:
            found.update(message_rows("", message))
        for enum in file.enum_type:
            # Both hparams and TensorFlow have a DataType; only the values of one are written.
            found.update(row for row in enum_rows("", enum) if row[0] not in found)
    return found


def generated_c_is_current():
    """Whether the committed C code is that of the schema; None if the generator has another version."""
    if not shutil.which("protoc-gen-c"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        compile_schema(f"--c_out={folder}")
        fresh = pathlib.Path(folder)
        pairs = [
            (fresh / "tensorboard.pb-c.c", SCHEMA / "tensorboard.pb-c.c"),
            (fresh / "tensorboard.pb-c.h", SCHEMA / "include/tensorboard.pb-c.h"),
        ]
        guards = [path.read_text().split("#elif ")[1].split(" ")[0] for path in pairs[1]]
        if guards[0] != guards[1]:
            return None
        return all(made.read_bytes() == kept.read_bytes() for made, kept in pairs)


def main():
    if not shutil.which("protoc"):
        sys.exit("not ok tensorboard.proto: protoc is not installed (Debian: protobuf-compiler)")
    mine, reference = rows(ours()), rows(theirs())
    failures = 0

    def report(good, text):
        nonlocal failures
        failures += not good
        print("ok" if good else "not ok", text)

    for top in sorted({name.split(".")[0] for name in mine}):
        members = [name for name in mine if name.split(".")[0] == top]
        wrong = [name for name in members if mine[name] != reference.get(name)]
        report(not wrong, f"schema {top}: {len(members)} declarations")
        for name in wrong:
            print(f"  {name}: ours {mine[name]}, tensorboard {reference.get(name)}")

    current = generated_c_is_current()
    if current is None:
        print("# tensorboard.pb-c.[ch] not compared: the installed protobuf-c is of another version")
    else:
        report(current, "schema: tensorboard.pb-c.[ch] are what script/generate-protobuf makes")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
