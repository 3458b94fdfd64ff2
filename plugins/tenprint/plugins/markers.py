"""The project name pluggy knows us by, and the markers for hooks and their implementations."""

import pluggy

PROJECT = "tenprint"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
