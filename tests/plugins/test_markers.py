from tenprint.plugins import create_plugin_manager, hookimpl, hookspec
from tenprint.plugins.names import PROJECT


def test_the_project_is_known_under_one_name_everywhere() -> None:
    assert PROJECT == "tenprint"
    assert create_plugin_manager(discover=False).project_name == PROJECT
    assert (hookimpl.project_name, hookspec.project_name) == (PROJECT, PROJECT)


def test_the_markers_mark_and_leave_the_function_alone() -> None:
    def implementation() -> list[str]:
        return ["as it was"]

    assert hookimpl(implementation) is implementation
    assert hasattr(implementation, "tenprint_impl")
    assert implementation() == ["as it was"]
