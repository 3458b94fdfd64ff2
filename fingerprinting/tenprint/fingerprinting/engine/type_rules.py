"""Rules about types as annotations tell them: what may be given where, and what has a fingerprint. Pure.

Rules:
- Anything may be given where `Any` or `object` is asked for; what is `Any` itself may be given nowhere else.
- Parameters of generic types vary with the type: `list[int]` may be given where `Sequence[float]` is asked for.
- A generic type without parameters is one of `Any`.
- What a protocol asks for is looked up on the class by name.
"""

import collections.abc
import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

_UNIONS = (Union, types.UnionType)
_AWAITABLE = (collections.abc.Awaitable, collections.abc.Coroutine)
_WIDER: Mapping[type, tuple[type, ...]] = {float: (int,), complex: (int, float)}
"""What PEP 484 says: whole numbers may be given where others are asked for."""


def type_text(annotation: Any) -> str:
    """Tell a type as one writes it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if annotation is type(None):
        return "None"
    if annotation is Ellipsis:
        return "..."
    if origin in _UNIONS:
        return " | ".join(type_text(part) for part in parts)
    if isinstance(origin, type) and not any(isinstance(part, list) for part in parts):
        return f"{origin.__qualname__}[{', '.join(type_text(part) for part in parts)}]"
    if isinstance(annotation, type):
        return annotation.__qualname__
    return repr(annotation).replace("typing.", "")


def awaited(annotation: Any) -> Any:
    """Return the type of what a function gives once it was awaited, if it can be."""
    bare = _bare(annotation)
    if get_origin(bare) in _AWAITABLE:
        return get_args(bare)[-1]
    return annotation


def is_subtype(given: Any, asked: Any) -> bool:
    """Tell whether a value of one type may be given where another is asked for."""
    given, asked = _bare(given), _bare(asked)
    if asked is Any or asked is object:
        return True
    if given is Any:
        return False
    if get_origin(given) in _UNIONS:
        return all(is_subtype(each, asked) for each in get_args(given))
    if get_origin(asked) in _UNIONS:
        return any(is_subtype(given, each) for each in get_args(asked))
    if get_origin(given) is Literal:
        return _is_literal_subtype(given, asked)
    if get_origin(asked) is Literal:
        return False
    return _is_class_subtype(given, asked)


def has_fingerprint(annotation: Any) -> bool:
    """Tell whether all values of a type can say their fingerprint, on their own or within a list, tuple or mapping."""
    bare = _bare(annotation)
    origin, parts = get_origin(bare), get_args(bare)
    if origin in _UNIONS:
        return all(part is type(None) or has_fingerprint(part) for part in parts)
    if isinstance(origin, type) and parts:
        if issubclass(origin, Mapping):
            return parts[0] is str and has_fingerprint(parts[1])
        if issubclass(origin, collections.abc.Sequence):
            return all(part is Ellipsis or has_fingerprint(part) for part in parts)
    class_ = origin or bare
    return isinstance(class_, type) and (_is_frozen(class_) or callable(getattr(class_, "fingerprint", None)))


def _is_frozen(class_: type[Any]) -> bool:
    """Whether it is a dataclass that cannot be changed; a subclass that is none itself may hold more than fields."""
    parameters = getattr(class_, "__dataclass_params__", None)
    return "__dataclass_fields__" in vars(class_) and parameters is not None and bool(parameters.frozen)


def _is_literal_subtype(given: Any, asked: Any) -> bool:
    if get_origin(asked) is Literal:
        return set(get_args(given)) <= set(get_args(asked))
    return all(is_subtype(type(value), asked) for value in get_args(given))


def _is_class_subtype(given: Any, asked: Any) -> bool:
    class_, wanted = get_origin(given) or given, get_origin(asked) or asked
    if not isinstance(class_, type) or not isinstance(wanted, type):
        return bool(given == asked)
    if not _is_subclass(class_, wanted):
        return False
    return _are_parts_subtypes(class_, get_args(given), wanted, get_args(asked))


def _is_subclass(class_: type, wanted: type) -> bool:
    if class_ in _WIDER.get(wanted, ()):
        return True
    try:
        return issubclass(class_, wanted)
    except TypeError:
        # A protocol that is not for run time, or one that asks for more than methods.
        members = typing.get_type_hints(wanted).keys() | {name for name in vars(wanted) if not name.startswith("_")}
        return all(hasattr(class_, name) or name in getattr(class_, "__annotations__", {}) for name in members)


def _are_parts_subtypes(class_: type, given: tuple[Any, ...], wanted: type, asked: tuple[Any, ...]) -> bool:
    if not asked or all(part is Any for part in asked if part is not Ellipsis):
        return True
    if not given:
        # What a subclass has as its parts cannot be told from here; of the same type it is Any.
        return class_ is not wanted and not _is_bare_generic(class_)
    if class_ is tuple:
        return _is_tuple_subtype(given, wanted, asked)
    if len(given) != len(asked):
        return True  # parameters of different generic types do not correspond
    return all(_is_part_subtype(*pair) for pair in zip(given, asked, strict=True))


def _is_tuple_subtype(given: tuple[Any, ...], wanted: type, asked: tuple[Any, ...]) -> bool:
    """Tell it of `tuple[X, ...]` and `tuple[X, Y]`, also where another collection is asked for."""
    members = [part for part in given if part is not Ellipsis]
    if wanted is not tuple or Ellipsis in asked:
        return all(is_subtype(part, asked[0]) for part in members)
    return Ellipsis not in given and len(given) == len(asked) and all(map(is_subtype, given, asked))


def _is_part_subtype(given: Any, asked: Any) -> bool:
    if isinstance(given, list) or isinstance(asked, list):
        return True  # parameters of a callable
    return is_subtype(given, asked)


def _is_bare_generic(class_: type) -> bool:
    return class_ in _BUILT_IN_GENERICS


_BUILT_IN_GENERICS = frozenset({list, tuple, dict, set, frozenset})


def _bare(annotation: Any) -> Any:
    """Take away what says nothing about values: `Annotated`, new names for a type, and type variables."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        elif isinstance(annotation, TypeVar):
            annotation = _bound_of(annotation)
        elif annotation is None:
            return type(None)
        elif annotation in (typing.List, typing.Dict, typing.Tuple, typing.Set, typing.FrozenSet):  # noqa: UP006
            return get_origin(annotation)
        else:
            return annotation


def _bound_of(variable: TypeVar) -> Any:
    if variable.__bound__ is not None:
        return variable.__bound__
    return Union[variable.__constraints__] if variable.__constraints__ else Any  # noqa: UP007 - made here, not written
