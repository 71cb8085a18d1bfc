"""Packages that Loom does without until they are asked for."""

import importlib
from types import ModuleType


def require(module: str) -> ModuleType:
    """Imports a module of an optional package. Raises ImportError that says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(
            f"this needs {package}, which is not installed: pip install 'loom[plots]'",
            name=package,
        ) from error
