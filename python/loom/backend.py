"""Which backend computes: selection, facts, and backends that are written in Python."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from loom._core import _dispatch
from loom._core import ValueError as LoomValueError
from loom._trace import Explanation, PassedOver

if TYPE_CHECKING:
    from contextlib import _GeneratorContextManager

__all__ = [
    "available_backends",
    "backends",
    "compute",
    "explain",
    "get_backend_info",
    "get_optimal_backend_for_operation",
    "operations",
    "register_backend",
    "register_operation",
    "registry",
    "set_backend",
    "use_backend",
    "use_numpy_backend",
]

_SAME_ARCHITECTURE = {"arm64": "aarch64", "amd64": "x86_64", "x64": "x86_64"}


class _Registered:
    """What Python knows of a backend that was registered from it."""

    def __init__(self, name: str, cls: Callable[[], Any], capabilities: dict[str, Any]) -> None:
        self.name = name
        self.cls = cls
        self.capabilities = capabilities
        self.reason, self.remedy = _unavailable(cls, capabilities)
        self._instance: Any = None

    @property
    def instance(self) -> Any:
        """The object whose methods compute; made on first use."""
        if self._instance is None:
            self._instance = self.cls()
        return self._instance

    def dtypes(self, operation: str) -> Any:
        """The dtypes that the backend has the operation for; None for all."""
        dtypes = self.capabilities.get("dtypes")
        return dtypes.get(operation) if isinstance(dtypes, dict) else dtypes

    def facts(self) -> dict[str, Any]:
        """What the object says of itself beyond what it was registered with."""
        found = dict(getattr(self.instance, "facts", dict)())
        declared = {key: self.capabilities[key] for key in ("architectures", "features")
                    if key in self.capabilities}
        features = dict.fromkeys(declared.pop("features", ()), True) | found.pop("features", {})
        return {**declared, **found, "features": features}


_registered: dict[str, _Registered] = {}


def _tell_of_old_name(name: str) -> None:
    meaning = _dispatch.alias_meaning(name)
    if meaning is not None:
        warnings.warn(f"backend name {name!r} is an old one: it means {meaning!r} here",
                      DeprecationWarning, stacklevel=3)


def _full_info(info: dict[str, Any]) -> dict[str, Any]:
    """`info` of the core with what a backend written in Python adds."""
    registered = _registered.get(info["name"])
    if registered is None or not info["available"]:
        return info
    try:
        added = registered.facts()
    except ImportError as error:  # found only now that a backend of the package is loaded
        return {**info, "note": str(error)}
    features = info["features"] | added.pop("features")
    return {**info, **added, "features": features}


def set_backend(name: str) -> str:
    """Makes a backend, or "auto", the one of the process and returns the name now active.

    Raises ValueError for an unknown name, RuntimeError for a backend that cannot run here.
    """
    _tell_of_old_name(name)
    return _dispatch.set_backend(name)


def get_backend_info() -> dict[str, Any]:
    """Facts about the backend in force; under "auto" about the one that it prefers."""
    return _full_info(_dispatch.backend_info())


def available_backends() -> list[str]:
    """The names of the backends that can run here, the preferred one first."""
    return _dispatch.available_backends()


def backends() -> list[dict[str, Any]]:
    """Facts about every backend; `reason` and `remedy` say why one is not available."""
    return [_full_info(info) for info in _dispatch.backends()]


@contextmanager
def _scope(name: str) -> Iterator[str]:
    scope = _dispatch.Scope(name)
    try:
        yield scope.name
    finally:
        scope.close()


def use_backend(name: str) -> _GeneratorContextManager[str]:
    """A context manager, or decorator, under which this thread computes on that backend.

    `as` gives the name active inside. Raises what `set_backend` raises, on entry.
    """
    _tell_of_old_name(name)
    return _scope(name)


def use_numpy_backend() -> _GeneratorContextManager[str]:
    """`use_backend("numpy")`."""
    return use_backend("numpy")


def operations() -> list[dict[str, Any]]:
    """The rows of the op table: name, alias, number of arrays in and out, attributes, meaning."""
    return _dispatch.operations()


def _check_operation(name: str) -> None:
    rows = {key: row for row in _dispatch.operations() for key in (row["name"], row["alias"])}
    if name not in rows:
        import difflib  # not worth its time to those who make no mistakes

        near = difflib.get_close_matches(name, [key for key in rows if key])
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise LoomValueError(f"unknown operation {name!r}{hint}")
    if not rows[name]["computed"]:
        raise LoomValueError(f"{name} is another look at the same memory: no backend computes it")


def _wrong_architecture(capabilities: dict[str, Any]) -> str:
    """Why a backend made for other processors cannot run here, or an empty string."""
    if "architectures" not in capabilities:
        return ""
    here = _dispatch.machine()["architecture"]
    names = [_SAME_ARCHITECTURE.get(name, name) for name in capabilities["architectures"]]
    if here in names:
        return ""
    return f"it runs on {', '.join(capabilities['architectures'])}, and this machine is {here}"


def _methods(registered: _Registered) -> list[tuple[str, Callable[..., Any]]]:
    """The object's own method for each operation that the capabilities list."""
    found = []
    for name in registered.capabilities.get("operations", ()):
        _check_operation(name)
        function = getattr(registered.instance, name, None)
        if function is None:
            warnings.warn(f"backend {registered.name!r} lists {name!r}, and its class has no such "
                          "method; register_operation can add it", stacklevel=4)
        else:
            found.append((name, function))
    return found


def _add(registered: _Registered, functions: list[tuple[str, Callable[..., Any]]]) -> None:
    capabilities = registered.capabilities
    _dispatch.add_backend(
        registered.name, capabilities.get("description", ""), registered.reason, registered.remedy,
        list(capabilities.get("features", ())),
        [(name, function, registered.dtypes(name)) for name, function in functions])
    _registered[registered.name] = registered


def _unavailable(cls: Callable[[], Any], capabilities: dict[str, Any]) -> tuple[str, str]:
    """Reason and remedy where a class cannot run here, else empty strings."""
    reason = _wrong_architecture(capabilities)
    if reason:
        return reason, "run on such a machine"
    available = getattr(cls, "available", lambda: True)()
    if available is True:
        return "", ""
    reason = available if isinstance(available, str) else "its class says that it cannot run here"
    return reason, getattr(cls, "remedy", "see the documentation of its class")


def register_backend(name: str, cls: Callable[[], Any],
                     capabilities: dict[str, Any] | None = None) -> str:
    """Adds a backend written in Python, or replaces one, and returns its name.

    `cls()` makes the object whose methods compute. `capabilities` may hold `operations` (each is
    the object's method of that name), `architectures`, `dtypes` (for all operations, or a mapping
    from some), `features` and `description`. A backend that cannot run here stays listed with the
    reason. docs/python-backends.md has the whole story.
    """
    registered = _Registered(name, cls, dict(capabilities or {}))
    if not registered.reason:
        try:
            registered.instance  # noqa: B018, made now, so that its errors surface here
        except ImportError as error:
            registered.reason, registered.remedy = str(error), "install what its class imports"
    _add(registered, [] if registered.reason else _methods(registered))
    return name


def register_late(name: str, cls: Any, capabilities: dict[str, Any]) -> None:
    """As `register_backend`, and `cls()` is made by the first call of an operation.

    For backends that the package ships, whose libraries `import loom` must not load.
    """
    registered = _Registered(name, cls, capabilities)

    def late(operation: str) -> Callable[..., Any]:
        def compute(*arrays: Any, **attributes: Any) -> Any:
            try:
                instance = registered.instance
            except ImportError as error:
                raise NotImplementedError(str(error)) from error
            return getattr(instance, operation)(*arrays, **attributes)

        return compute

    _add(registered, [(operation, late(operation)) for operation in capabilities["operations"]])


def register_operation(backend: str, operation: str,
                       getter: Callable[[Any], Callable[..., Any]]) -> None:
    """Gives a backend the function `getter(instance)` for an operation, which may be an alias.

    Replaces the backend's function for that operation if it has one; does nothing for a backend
    that cannot run here. Raises ValueError for an unknown operation and for a backend that was not
    registered from Python.
    """
    if backend not in _registered:
        raise LoomValueError(f"no backend {backend!r} was registered from Python; "
                             f"registered are {', '.join(_registered) or 'none'}")
    _check_operation(operation)
    registered = _registered[backend]
    if registered.reason:
        return
    function = getter(registered.instance)
    _dispatch.add_kernel(backend, operation, function, registered.dtypes(operation))


def compute(operation: str, *arrays: Any, **attributes: Any) -> Any:
    """Computes an operation by the name of its row, with the row's own attributes.

    Attributes that are not given are false, 0, all axes or the last one.
    """
    _check_operation(operation)
    return _dispatch.compute(operation, list(arrays), attributes)


def explain(operation: str | Callable[..., Any], *arrays: Any, **attributes: Any) -> Explanation:
    """Who would compute an operation on these arrays under the backend in force, and why others
    would not. Nothing is computed.

    `operation` is a name or one of Loom's functions of one operation (`loom.matmul`), `attributes`
    are those of the operation's row; `loom.trace` looks at whole computations instead.
    """
    name = operation if isinstance(operation, str) else getattr(operation, "__name__", "")
    _check_operation(name)
    backend, passed_over, deferred, fused = _dispatch.explain(name, list(arrays), attributes)
    return Explanation(name, backend, tuple(PassedOver(*other) for other in passed_over), deferred,
                       tuple(fused))


def get_optimal_backend_for_operation(operation_name: str, *arrays: Any) -> str:
    """The name of the backend that "auto" would use for an operation, on these arrays if given."""
    _check_operation(operation_name)
    if not arrays:
        return _dispatch.preferred_backend(operation_name)
    with use_backend("auto"):
        return explain(operation_name, *arrays).backend


class Registry:
    """The registration functions of this module under one name."""

    register_backend = staticmethod(register_backend)
    register_operation = staticmethod(register_operation)
    available_backends = staticmethod(available_backends)
    backends = staticmethod(backends)


registry = Registry()
