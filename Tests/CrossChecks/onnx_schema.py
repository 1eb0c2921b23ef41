#!/usr/bin/env python3
"""Compares Sources/CONNX/onnx.proto with the schema in the `onnx` package.

Every message, field, oneof, enum and enum value of onnx.proto must be there with the same number, label and type.
Omissions are listed, and must be newer than the IR version that zoo writes. Needs `onnx` (written against 1.23) and
protoc with the plugin of protobuf-c (Debian: protobuf-compiler, protobuf-c-compiler). Prints `ok …` and `not ok …`
lines; exits with 1 after a `not ok`.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import onnx
from google.protobuf import descriptor_pb2

CONNX = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CONNX"

# Declarations of IR 11 (onnx 1.18) or later.
LEFT_OUT = {
    "DeviceConfigurationProto", "NodeDeviceConfigurationProto", "ShardingSpecProto", "ShardedDimProto",
    "SimpleShardedDimProto", "IntIntListEntryProto", "ModelProto.configuration", "NodeProto.device_configurations",
    "TensorProto.DataType.FLOAT4E2M1", "TensorProto.DataType.FLOAT8E8M0", "TensorProto.DataType.UINT2",
    "TensorProto.DataType.INT2", "TensorProto.DataType.FLOAT6E2M3", "TensorProto.DataType.FLOAT6E3M2",
    "Version.IR_VERSION_2025_05_12", "Version.IR_VERSION_2025_08_26", "Version.IR_VERSION_2025_11_06",
    "Version.IR_VERSION",
}


def compile_schema(*arguments):
    subprocess.run(["protoc", f"-I{CONNX}", *arguments, "onnx.proto"], check=True)


def ours():
    """The descriptor of onnx.proto."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "onnx.desc"
        compile_schema(f"--descriptor_set_out={path}")
        return descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file[0]


def theirs():
    """The descriptor of the onnx package."""
    file = descriptor_pb2.FileDescriptorProto()
    onnx.onnx_ml_pb2.DESCRIPTOR.CopyToProto(file)
    return file


def enum_rows(prefix, enum):
    name = prefix + enum.name
    yield name, "enum"
    for value in enum.value:
        yield f"{name}.{value.name}", value.number


def message_rows(prefix, message):
    name = prefix + message.name
    yield name, "message"
    for field in message.field:
        oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None
        yield f"{name}.{field.name}", (
            field.number,
            descriptor_pb2.FieldDescriptorProto.Label.Name(field.label),
            descriptor_pb2.FieldDescriptorProto.Type.Name(field.type),
            field.type_name,
            "packed" if field.options.packed else "unpacked",
            oneof,
        )
    for nested in message.nested_type:
        yield from message_rows(name + ".", nested)
    for enum in message.enum_type:
        yield from enum_rows(name + ".", enum)


def rows(file):
    """All declarations of a file, by full name."""
    found = {}
    for message in file.message_type:
        found.update(message_rows("", message))
    for enum in file.enum_type:
        found.update(enum_rows("", enum))
    return found


def is_left_out(name):
    parts = name.split(".")
    return any(".".join(parts[:count]) in LEFT_OUT for count in range(1, len(parts) + 1))


def generated_c_is_current():
    """Whether the committed C code equals the output for onnx.proto; None if the generator has another version."""
    if not shutil.which("protoc-gen-c"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        compile_schema(f"--c_out={folder}")
        fresh = pathlib.Path(folder)
        pairs = [(fresh / "onnx.pb-c.c", CONNX / "onnx.pb-c.c"), (fresh / "onnx.pb-c.h", CONNX / "include/onnx.pb-c.h")]
        guards = [path.read_text().split("#elif ")[1].split(" ")[0] for path in pairs[1]]
        if guards[0] != guards[1]:
            return None
        return all(made.read_bytes() == kept.read_bytes() for made, kept in pairs)


def main():
    if not shutil.which("protoc"):
        sys.exit("not ok onnx.proto: protoc is not installed (Debian: protobuf-compiler)")
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
            print(f"  {name}: ours {mine[name]}, onnx {onnx.__version__} {reference.get(name)}")

    missing = sorted(name for name in reference if name not in mine)
    for name in sorted(LEFT_OUT & set(missing)):
        print(f"# left out: {name}")
    unexpected = [name for name in missing if not is_left_out(name)]
    report(not unexpected, f"schema: nothing of IR 10 is missing {unexpected or ''}".rstrip())

    current = generated_c_is_current()
    if current is None:
        print("# onnx.pb-c.[ch] not compared: the installed protobuf-c is of another version")
    else:
        report(current, "schema: onnx.pb-c.[ch] are what script/generate-protobuf makes")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
