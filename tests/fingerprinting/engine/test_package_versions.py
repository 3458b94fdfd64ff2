"""Versions by the name of import: found beside the package, whoever it belongs to."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tenprint.fingerprinting.engine.package_versions import owners, package_version

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Write files as an installer does, on the search path of the test."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, version: str, *files: str) -> None:
        metadata = tmp_path / f"{name}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8"
        )
        (metadata / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")
        for file in files:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        importlib.invalidate_caches()
        owners.cache_clear()

    yield write
    owners.cache_clear()


def test_a_package_may_be_called_otherwise_than_its_distribution(install: Install) -> None:
    install("Zz_Learn.kit", "1.5.2", "zzlearn/__init__.py", "zzlearn/deep/__init__.py")
    assert package_version("zzlearn") == package_version("zzlearn.deep") == "zz-learn-kit 1.5.2"


def test_a_single_module_is_a_package_too(install: Install) -> None:
    install("zzsix", "2", "zzsix.py")
    assert package_version("zzsix") == "zzsix 2"


def test_a_name_that_begins_like_another_is_another(install: Install) -> None:
    install("zzone", "1", "zzone/__init__.py")
    install("zzone_more", "2", "zzone_more/__init__.py")
    install("azzone", "3", "azzone/__init__.py", "azzone/zzone/__init__.py")
    assert package_version("zzone") == "zzone 1"
    assert package_version("zzone_more") == "zzone-more 2"


def test_a_name_that_distributions_share_has_the_versions_of_all(install: Install) -> None:
    install("zzspace_b", "2", "zzspace/b/__init__.py")
    install("zzspace_a", "1", "zzspace/a/__init__.py")
    assert package_version("zzspace.a") == "zzspace-a 1, zzspace-b 2"


def test_what_nobody_installed_has_no_version(tmp_path: Path, install: Install) -> None:
    del install
    (tmp_path / "zzlocal.py").write_bytes(b"")
    importlib.invalidate_caches()
    assert package_version("zzlocal") == "unversioned"
    assert package_version("zznothing") == package_version("zznothing.below") == "missing"
    assert "zzlocal" not in sys.modules


def test_python_itself_has_the_version_of_the_language() -> None:
    assert package_version("json.decoder") == "python {}.{}".format(*sys.version_info)


def test_what_is_installed_so_that_it_can_be_edited_is_known_by_its_distribution() -> None:
    assert package_version("tenprint").startswith("tenprint ")
