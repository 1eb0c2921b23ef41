"""Writes schemas.json: the signatures of ONNX's operators in opset 21, and of those added or removed in another."""

from harness import *

def schema(found):
    presence = {0: "required", 1: "optional", 2: "variadic"}
    formals = lambda values: [
        {"name": v.name, "presence": presence[int(v.option.value)], "types": sorted(t[7:-1] for t in v.types)}
        for v in values
    ]

    def default(value):
        if not value.default_value.name:
            return None
        content = helper.get_attribute_value(value.default_value)
        if isinstance(content, list):
            content = [item.decode() if isinstance(item, bytes) else item for item in content]
        return attribute(content.decode() if isinstance(content, bytes) else content)["value"]

    return {
        "op": found.name, "since": found.since_version, "inputs": formals(found.inputs),
        "outputs": formals(found.outputs),
        "attributes": [
            {"name": name, "kind": value.type.name, "default": default(value), "isRequired": value.required}
            for name, value in sorted(found.attributes.items())
        ],
    }


names = sorted({s.name for s in onnx.defs.get_all_schemas_with_history() if s.domain == ""})
schemas = []
for name in names:
    version = {"RMSNormalization": 23, "Upsample": 9}.get(name, OPSET)
    try:
        found = onnx.defs.get_schema(name, version, "")
    except onnx.defs.SchemaError:
        continue
    if not found.deprecated:
        schemas.append(schema(found))
write(schemas=schemas)
