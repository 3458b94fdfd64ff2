"""The door of codecs: how outputs of nodes are written to files, and made again from them."""

from tenprint.fingerprinting.engine.codecs.array_codecs import NpyCodec, SparseCodec
from tenprint.fingerprinting.engine.codecs.codec import Codec, Files, JsonCodec, MsgpackCodec
from tenprint.fingerprinting.engine.codecs.structure import StructureCodec
from tenprint.fingerprinting.engine.codecs.types import returned_types, type_name, types_within

DEFAULT_CODECS: tuple[Codec, ...] = (JsonCodec(), NpyCodec(), SparseCodec(), StructureCodec())
"""Tried in this order; `MsgpackCodec` may be put before the last, it reads and writes large plain values faster."""

__all__ = (
    "DEFAULT_CODECS",
    "Codec",
    "Files",
    "JsonCodec",
    "MsgpackCodec",
    "NpyCodec",
    "SparseCodec",
    "StructureCodec",
    "returned_types",
    "type_name",
    "types_within",
)
