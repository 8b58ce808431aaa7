"""Where the packages stand that a lesson may import beyond the standard library."""

import importlib.util
from collections.abc import Iterable
from pathlib import Path

from autograder.errors import InfrastructureError


def import_folders(imports: Iterable[str]) -> tuple[Path, ...]:
    """Folders that a sandbox must make visible for some imports.

    Args:
        imports: names of modules, such as "numpy" or "numpy.random".
    Returns: folders of packages outside the standard library, their libraries included.
    Raises: InfrastructureError if one is not installed.
    """
    folders: list[Path] = []
    for name in sorted({name.partition(".")[0] for name in imports}):
        spec = importlib.util.find_spec(name)
        if spec is None:
            raise InfrastructureError(
                f"the exercise needs {name}, which is not installed; run: pip install {name}"
            )
        for place in spec.submodule_search_locations or ():
            folder = Path(place)
            if "site-packages" not in folder.parts and "dist-packages" not in folder.parts:
                continue  # the standard library is visible anyway
            folders.append(folder)
            # wheels keep the shared libraries they carry in a folder beside the package
            libraries = folder.with_name(f"{name}.libs")
            if libraries.is_dir():
                folders.append(libraries)
    return tuple(folders)
