"""The door of declared inputs: what plugins read beside the data they return, and who reads without saying so."""

from typing import TYPE_CHECKING

from tenprint.importers.lazy import lazy_door

if TYPE_CHECKING:
    from tenprint.importers.inputs.auditing import Access as Access
    from tenprint.importers.inputs.auditing import watched_accesses as watched_accesses
    from tenprint.importers.inputs.declaring import Inputs as Inputs
    from tenprint.importers.inputs.declaring import InputState as InputState
    from tenprint.importers.inputs.declaring import checked_inputs as checked_inputs
    from tenprint.importers.inputs.declaring import inputs_digest as inputs_digest
    from tenprint.importers.inputs.judging import AuditMode as AuditMode
    from tenprint.importers.inputs.judging import Reader as Reader
    from tenprint.importers.inputs.judging import undeclared_reads as undeclared_reads
    from tenprint.importers.inputs.states import are_unchanged as are_unchanged
    from tenprint.importers.inputs.states import input_states as input_states

_HOMES = {
    "Access": "auditing",
    "AuditMode": "judging",
    "InputState": "declaring",
    "Inputs": "declaring",
    "Reader": "judging",
    "are_unchanged": "states",
    "checked_inputs": "declaring",
    "input_states": "states",
    "inputs_digest": "declaring",
    "undeclared_reads": "judging",
    "watched_accesses": "auditing",
}
__getattr__ = lazy_door(__name__, _HOMES)

__all__ = (
    "Access",
    "AuditMode",
    "InputState",
    "Inputs",
    "Reader",
    "are_unchanged",
    "checked_inputs",
    "input_states",
    "inputs_digest",
    "undeclared_reads",
    "watched_accesses",
)
