#!/usr/bin/env python3
"""Fails on an include that points up, against the arrows of docs/architecture.md.

    scripts/check_includes.py [root]

looks at every C++ file of the repository that git tracks or would track. Tests and benchmarks may
look anywhere; everything else may include its own layer and the layers named in ALLOWED.
"""

import pathlib
import re
import subprocess
import sys

# Layer -> the other layers that it may include; `interface` is open to all. A backend is a layer of
# its own, `backends/<name>`, so none sees another; `registration` is the one file that names them
# all. `interface` is the C headers of include/loom, `front` is include/loom/loom.h.
ALLOWED = {
    "interface": [],
    "support": [],
    "array": ["support"],
    "schema": ["array", "support"],
    "kernel": ["schema", "array", "support"],
    "dispatch": ["schema", "array", "support"],
    "expr": ["dispatch", "schema", "array", "support"],
    "ops": ["expr", "dispatch", "schema", "array", "support"],
    "gwas": ["ops", "expr", "dispatch", "schema", "array", "support"],
    "backend": ["kernel", "expr", "dispatch", "schema", "array", "support"],
    "registration": ["backend", "dispatch"],
    "front": ["ops", "expr", "dispatch", "schema", "array", "support"],
    "cli": ["gwas", "ops", "expr", "dispatch", "schema", "array", "support"],
    "python": ["gwas", "ops", "expr", "dispatch", "schema", "array", "support"],
    "examples": ["front"],
}
UNCHECKED = ("tests/", "bench/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer_of(path):
    """The layer that a file belongs to: 'ops', 'backends/blas', 'registration'; None for a file
    that is in no layer. `path` is relative to the root of the repository."""
    if path == "loom/backends/registration.cpp":
        return "registration"
    parts = path.split("/")
    if parts[:2] == ["include", "loom"]:
        return "front" if parts[2] == "loom.h" else "interface"
    if parts[:2] == ["loom", "backends"] and len(parts) > 3:
        return f"backends/{parts[2]}"
    if parts[0] == "loom" and len(parts) > 2:
        return parts[1]
    return parts[0] if parts[0] in ALLOWED else None


def kind_of(layer):
    return "backend" if layer.startswith("backends/") else layer


def target_of(root, included):
    """The file of the repository that an include names, relative to the root, or None."""
    for path in (included, f"include/{included}"):
        if (root / path).is_file():
            return path
    return None


def fault_of(root, path, quote, included):
    """What is wrong with one include, or None."""
    target = target_of(root, included)
    if target is None:
        if quote == '"':
            return f'"{included}" is no path from the root of the repository'
        return None
    source_layer, target_layer = layer_of(path), layer_of(target)
    if target_layer is None:
        return f"{included} is in no layer"
    allowed = ["interface", *ALLOWED[kind_of(source_layer)]]
    if target_layer == source_layer or kind_of(target_layer) in allowed:
        return None
    return f"{source_layer} may not include {target_layer} ({included})"


def faults(root):
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.h", "*.cpp"],
        check=True, capture_output=True, text=True).stdout
    for path in sorted(listed.splitlines()):
        if path.startswith(UNCHECKED) or not (root / path).is_file():
            continue
        if layer_of(path) is None or kind_of(layer_of(path)) not in ALLOWED:
            yield f"{path}: is in no layer"
            continue
        for number, line in enumerate((root / path).read_text().splitlines(), 1):
            if match := INCLUDE.match(line):
                if fault := fault_of(root, path, *match.groups()):
                    yield f"{path}:{number}: {fault}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1])
    found = list(faults(root))
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
