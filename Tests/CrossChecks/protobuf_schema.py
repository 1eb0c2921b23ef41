"""Compares a protobuf schema of Sources/ with the original, and its generated C code with the generator's.

Needs protoc with the plugin of protobuf-c (Debian: protobuf-compiler, protobuf-c-compiler).
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources"


def all_facts(field, message):
    """A field's number, label, type, name of its type, packing and oneof."""
    oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None
    label = descriptor_pb2.FieldDescriptorProto.Label.Name(field.label)
    kind = descriptor_pb2.FieldDescriptorProto.Type.Name(field.type)
    return field.number, label, kind, field.type_name, "packed" if field.options.packed else "unpacked", oneof


def enum_rows(prefix, enum):
    name = prefix + enum.name
    yield name, "enum"
    for value in enum.value:
        yield f"{name}.{value.name}", value.number


def message_rows(prefix, message, facts):
    name = prefix + message.name
    yield name, "message"
    for field in message.field:
        yield f"{name}.{field.name}", facts(field, message)
    for nested in message.nested_type:
        yield from message_rows(name + ".", nested, facts)
    for enum in message.enum_type:
        yield from enum_rows(name + ".", enum)


def rows(files, facts):
    """All declarations of files, by full name. Of two enums with one name, the first counts."""
    found = {}
    for file in files:
        for message in file.message_type:
            found.update(message_rows("", message, facts))
        for enum in file.enum_type:
            found.update(row for row in enum_rows("", enum) if row[0] not in found)
    return found


class Schema:
    """A file NAME.proto in a folder of Sources/, with its generated NAME.pb-c.[ch]."""

    def __init__(self, folder, name, facts=all_facts):
        if not shutil.which("protoc"):
            sys.exit(f"not ok {name}.proto: protoc is not installed (Debian: protobuf-compiler)")
        self.folder, self.name, self.facts, self.failures = SOURCES / folder, name, facts, 0
        with tempfile.TemporaryDirectory() as temporary:
            path = pathlib.Path(temporary) / "schema.desc"
            self.compile(f"--descriptor_set_out={path}")
            self.own = rows([descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file[0]], facts)

    def compile(self, *arguments):
        subprocess.run(["protoc", f"-I{self.folder}", *arguments, f"{self.name}.proto"], check=True)

    def report(self, good, text):
        self.failures += not good
        print("ok" if good else "not ok", text)

    def check_declarations(self, modules, package):
        """Compares with modules of a Python package. Returns their declarations."""
        files = []
        for module in modules:
            files.append(descriptor_pb2.FileDescriptorProto())
            module.DESCRIPTOR.CopyToProto(files[-1])
        reference = rows(files, self.facts)
        for top in sorted({name.split(".")[0] for name in self.own}):
            members = [name for name in self.own if name.split(".")[0] == top]
            wrong = [name for name in members if self.own[name] != reference.get(name)]
            self.report(not wrong, f"schema {top}: {len(members)} declarations")
            for name in wrong:
                print(f"  {name}: ours {self.own[name]}, {package} {reference.get(name)}")
        return reference

    def check_code(self):
        """Compares the committed C code with the generator's, unless that has another version."""
        current = self.generated_code_is_current()
        if current is None:
            print(f"# {self.name}.pb-c.[ch] not compared: the installed protobuf-c is of another version")
        else:
            self.report(current, f"schema: {self.name}.pb-c.[ch] are the output of script/generate-protobuf")

    def generated_code_is_current(self):
        if not shutil.which("protoc-gen-c"):
            return None
        with tempfile.TemporaryDirectory() as temporary:
            self.compile(f"--c_out={temporary}")
            fresh, code, header = pathlib.Path(temporary), f"{self.name}.pb-c.c", f"{self.name}.pb-c.h"
            pairs = [(fresh / code, self.folder / code), (fresh / header, self.folder / "include" / header)]
            guards = [path.read_text().split("#elif ")[1].split(" ")[0] for path in pairs[1]]
            return None if guards[0] != guards[1] else all(new.read_bytes() == old.read_bytes() for new, old in pairs)
