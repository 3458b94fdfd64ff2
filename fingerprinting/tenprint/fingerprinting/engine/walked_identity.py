"""Identity of a class of the project by what its source says, and by what the source leaves open."""

from collections.abc import Iterator
from contextlib import suppress
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

from tenprint.fingerprinting.engine.code_walk import CodeWalk, Symbol
from tenprint.fingerprinting.engine.errors import GraphError
from tenprint.fingerprinting.engine.module_kinds import DECLARE, OURS, ModuleKind, declared_version, module_kind
from tenprint.fingerprinting.engine.package_versions import package_version
from tenprint.fingerprinting.engine.values import fingerprint_of, qualified_name
from tenprint.importers import CanonicalFormError


def walked_identity(class_: type[Any], name: str) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Return digests by symbol, and versions by package, of a class of the project and all it refers to; blocks.

    With them come the modules among these that are not loaded.

    Raises:
        GraphError: Nothing says when its code changes.
    """
    walk = CodeWalk(name)
    own = _symbol(class_)
    walk.add(own)
    for base in class_.__mro__[1:]:
        _add_base(walk, base)
    made_with = dict(_made_with(class_, walk)) if _LOCALS in class_.__qualname__ else {}
    walk.finish()
    if str(own) not in walk.symbols:
        raise GraphError(
            f"{name}: its module has no source that defines it, so nothing says when its code changes", hint=DECLARE
        )
    return {**walk.symbols, **made_with}, walk.packages, frozenset(walk.unloaded)


_INTERFACES = f"{OURS}.fingerprinting."
_LOCALS = "<locals>"


def _symbol(value: Any) -> Symbol:
    return Symbol(value.__module__, value.__qualname__.partition(".")[0])


def _add_base(walk: CodeWalk, base: type[Any]) -> None:
    """Add a base that the source may not name: one a call has answered with, or one of ours that does something."""
    kind = module_kind(base.__module__)
    version = declared_version(base)
    if version is not None:
        walk.symbols[qualified_name(base)] = f"version {version}"
    elif kind is ModuleKind.LOCAL:
        walk.add(_symbol(base))
    elif kind in {ModuleKind.OURS, ModuleKind.INSTALLED} and not base.__module__.startswith(_INTERFACES):
        top = base.__module__.partition(".")[0]
        walk.packages[top] = package_version(top)


def _made_with(class_: type[Any], walk: CodeWalk) -> Iterator[tuple[str, str]]:
    """Yield what a class holds that the text of its source leaves open: captured variables, defaults, attributes."""
    waiting: list[tuple[str, Any]] = list(_members(class_))
    seen = {id(class_)}
    while waiting:
        place, value = waiting.pop()
        if id(value) in seen:
            continue
        label = f"{qualified_name(class_)} with {place}"
        if isinstance(value, ModuleType):
            walk.follow_module(value.__name__, ())
        elif isinstance(value, type | FunctionType):
            seen.add(id(value))
            if module_kind(value.__module__) is ModuleKind.LOCAL:
                walk.add(_symbol(value))
            else:
                walk.follow_module(value.__module__, (value.__qualname__,))
            waiting.extend(_members(value) if isinstance(value, type) else _captured(place, value))
        else:
            yield label, _constant(label, value)


def _constant(label: str, value: Any) -> str:
    try:
        hash(value)  # what can change has no hash
        return fingerprint_of(value)
    except (TypeError, CanonicalFormError) as error:
        raise GraphError(f"{label}: it is no constant, so nothing says when it changes", hint=DECLARE) from error


def _members(class_: type[Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a class that was made within a function has captured; of any other its source says all."""
    if _LOCALS not in class_.__qualname__:
        return
    for name, member in vars(class_).items():
        functions = list(_functions(member))
        for function in functions:
            yield from _captured(name, function)
        is_own = name.startswith("__") or name in _BY_PYTHON or isinstance(member, _DESCRIPTORS)
        if not functions and not is_own:
            yield name, member


_BY_PYTHON = frozenset({"_abc_impl", "_is_protocol", "_is_runtime_protocol"})
_DESCRIPTORS = (MemberDescriptorType, GetSetDescriptorType)


def _functions(member: Any) -> Iterator[FunctionType]:
    """Yield the plain functions behind a member of a class."""
    parts = [member.fget, member.fset, member.fdel] if isinstance(member, property) else [member]
    for part in parts:
        function = part.__func__ if isinstance(part, staticmethod | classmethod) else part
        if isinstance(function, FunctionType):
            yield function


def _captured(place: str, function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield what a function has kept when it was made."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):  # a variable that was never set
            yield f"{place}: {name}", cell.cell_contents
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    yield from ((f"{place}: default {number}", value) for number, value in enumerate(defaults))
