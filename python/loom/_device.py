"""Devices as contexts: `with loom.device("aws.graviton", version=3): ...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loom._core import BackendError, _dispatch
from loom._core import ValueError as LoomValueError
from loom.backend import _scope

if TYPE_CHECKING:
    from contextlib import _GeneratorContextManager

_ABSENT = {
    "aws.trainium": "no backend of this build computes on AWS Trainium",
    "aws.inferentia": "no backend of this build computes on AWS Inferentia",
}


def _check_graviton(version: int | None) -> None:
    machine = _dispatch.machine()
    wanted = "AWS Graviton" if version is None else f"AWS Graviton {version}"
    if machine["graviton"] is None or version not in (None, machine["graviton"]):
        raise BackendError(f"[device] this machine is no {wanted}: {machine['description']}")


def _backend_of(name: str, version: int | None) -> str:
    if version is not None and name != "aws.graviton":
        raise LoomValueError(f"[device] {name!r} has no versions")
    if name == "aws.graviton":
        _check_graviton(version)
    elif name in _ABSENT:
        raise BackendError(f"[device] {_ABSENT[name]}; this machine: "
                           f"{_dispatch.machine()['description']}")
    elif name == "cuda":
        return "cuda"
    elif name != "cpu":
        known = ["cpu", "cuda", "aws.graviton", *_ABSENT]
        raise LoomValueError(f"[device] unknown device {name!r}; known devices: {', '.join(known)}")
    on_gpu = _dispatch.backend_info()["features"]["gpu"]
    return "auto" if on_gpu else _dispatch.get_backend()


def device(name: str, version: int | None = None) -> _GeneratorContextManager[str]:
    """A context manager, or decorator, under which this thread computes on a device.

    "cpu" and, on such a machine, "aws.graviton" keep the backend in force unless it computes on a
    GPU; "cuda" is that backend. Raises BackendError where this machine is another, ValueError for
    an unknown device.
    """
    return _scope(_backend_of(name, version))
