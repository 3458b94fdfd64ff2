"""The markers for hooks and their implementations."""

import pluggy

from tenprint.plugins.names import PROJECT

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
