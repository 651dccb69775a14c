"""The group's macros, as the renderer takes them."""

from papers.markup.models import Macro


def macros() -> dict[str, str]:
    """Return the definition of each of the group's macros by its command, in one query."""
    return {f"\\{name}": definition for name, definition in Macro.objects.values_list("name", "definition")}
