"""Identity of the code behind a class: what has to change before equal inputs may give another output.

- A VERSION that the class itself declares stands for all of its code.
- Code that a distribution has installed is known by name and version of that distribution.
- Code of the project, also installed to be edited, is known by what its source says: the class, its bases, and every
  function, class and constant of the project that these refer to, however far. See `code_walk` and `code_tree`.
- A class that is made while the program runs counts with all that it was made with.

What nothing can be said of is an error that asks for a VERSION; it is never taken to be unchanged.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

from tenprint.fingerprinting.engine.code_walk import DECLARE, CodeWalk, Symbol, declared_version
from tenprint.fingerprinting.engine.errors import GraphError
from tenprint.fingerprinting.engine.module_sources import OURS, ModuleKind, module_kind
from tenprint.fingerprinting.engine.package_versions import package_version
from tenprint.fingerprinting.engine.values import fingerprint_of, qualified_name
from tenprint.importers import CanonicalFormError


@dataclass(frozen=True, slots=True)
class CodeIdentity:
    """What the code of a class is: by symbol, and by package; equal identities, equal code."""

    symbols: Mapping[str, str]
    """Dotted name -> `version X`, or the digest of what its source says."""
    packages: Mapping[str, str]
    """Top-level package -> distributions and versions."""


def code_identity(class_: type[Any]) -> CodeIdentity:
    """Return the identity of the code of a class; blocks.

    Raises:
        GraphError: Nothing says when it changes; the hint asks for a VERSION.
    """
    name = qualified_name(class_)
    version = declared_version(class_)
    if version is not None:
        return CodeIdentity({name: f"version {version}"}, {})
    kind = module_kind(class_.__module__)
    if kind in _RELEASED:
        top = class_.__module__.partition(".")[0]
        return CodeIdentity({}, {top: package_version(top)})
    return _walked(class_, name)


def _walked(class_: type[Any], name: str) -> CodeIdentity:
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
    return CodeIdentity({**walk.symbols, **made_with}, walk.packages)


_RELEASED = frozenset({ModuleKind.OURS, ModuleKind.INSTALLED, ModuleKind.STANDARD})
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
    elif kind in _RELEASED - {ModuleKind.STANDARD} and not base.__module__.startswith(_INTERFACES):
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
