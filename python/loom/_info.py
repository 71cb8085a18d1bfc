"""What `loom.__array_namespace_info__()` answers."""

from loom import _core
from loom._core import Device, DType

_DTYPES = {value.name: value for value in vars(_core).values() if isinstance(value, DType)}


class ArrayNamespaceInfo:
    """The inspection interface of the Array API standard."""

    def capabilities(self) -> dict[str, bool | int]:
        """Which optional behaviour there is."""
        return {
            "boolean indexing": True,
            "data-dependent shapes": True,
            "max dimensions": _core._max_dimensions,
        }

    def default_device(self) -> Device:
        """Where new arrays live."""
        return _core._cpu

    def devices(self) -> tuple[Device, ...]:
        """Where arrays can live."""
        return (_core._cpu,)

    def default_dtypes(self, *, device: Device | None = None) -> dict[str, DType]:
        """The dtypes of arrays whose dtype nobody named."""
        return {
            "real floating": _core.result_type(1.0),
            "complex floating": _core.result_type(1j),
            "integral": _core.int64,
            "indexing": _core.int64,
        }

    def dtypes(
        self, *, device: Device | None = None, kind: str | tuple[str, ...] | None = None
    ) -> dict[str, DType]:
        """The dtypes by name, or those of a kind."""
        wanted = ("bool", "numeric") if kind is None else kind
        return {name: dtype for name, dtype in _DTYPES.items() if _core.isdtype(dtype, wanted)}


def __array_namespace_info__() -> ArrayNamespaceInfo:
    """What this namespace can do, as the Array API standard asks it."""
    return ArrayNamespaceInfo()
