#!/usr/bin/env python3
"""Compares Sources/CONNX/onnx.proto with the schema in the `onnx` package.

Every message, field, oneof, enum and enum value of onnx.proto must be there with the same number, label and type.
Omissions are listed, and must be newer than the IR version that zoo writes. Needs `onnx` (written against 1.23) and
protoc with the plugin of protobuf-c (Debian: protobuf-compiler, protobuf-c-compiler). Prints `ok …` and `not ok …`
lines; exits with 1 after a `not ok`.
"""

import sys

import onnx

from protobuf_schema import Schema

# Declarations of IR 11 (onnx 1.18) or later.
LEFT_OUT = {
    "DeviceConfigurationProto", "NodeDeviceConfigurationProto", "ShardingSpecProto", "ShardedDimProto",
    "SimpleShardedDimProto", "IntIntListEntryProto", "ModelProto.configuration", "NodeProto.device_configurations",
    "TensorProto.DataType.FLOAT4E2M1", "TensorProto.DataType.FLOAT8E8M0", "TensorProto.DataType.UINT2",
    "TensorProto.DataType.INT2", "TensorProto.DataType.FLOAT6E2M3", "TensorProto.DataType.FLOAT6E3M2",
    "Version.IR_VERSION_2025_05_12", "Version.IR_VERSION_2025_08_26", "Version.IR_VERSION_2025_11_06",
    "Version.IR_VERSION",
}


def is_left_out(name):
    parts = name.split(".")
    return any(".".join(parts[:count]) in LEFT_OUT for count in range(1, len(parts) + 1))


def main():
    schema = Schema("CONNX", "onnx")
    reference = schema.check_declarations([onnx.onnx_ml_pb2], f"onnx {onnx.__version__}")
    missing = sorted(name for name in reference if name not in schema.own)
    for name in sorted(LEFT_OUT & set(missing)):
        print(f"# left out: {name}")
    unexpected = [name for name in missing if not is_left_out(name)]
    schema.report(not unexpected, f"schema: nothing of IR 10 is missing {unexpected or ''}".rstrip())
    schema.check_code()
    return 1 if schema.failures else 0


if __name__ == "__main__":
    sys.exit(main())
