"""How things look in every picture: shapes of kinds, colours by role, themes."""

from __future__ import annotations

from ctgraph.version import attach

TYPE_CHECKING = False  # as in typing; type checkers know the name

if TYPE_CHECKING:
    from ctgraph.network.styles.css import theme_css
    from ctgraph.network.styles.logo import Logo
    from ctgraph.network.styles.looks import (
        LOOKS,
        Look,
        group_of,
        legend_order,
        look_of,
        look_of_node,
        looks_of_things,
        node_colours,
    )
    from ctgraph.network.styles.theme import (
        ThemeLike,
        colour,
        marked_theme,
        mix,
        read_table,
        scale_role,
        set_default_theme,
        theme_in_use,
        themed,
        use_theme,
    )
else:
    __getattr__, __all__ = attach(
        __name__,
        {
            "css": ("theme_css",),
            "logo": ("Logo",),
            "looks": (
                "LOOKS", "Look", "group_of", "legend_order", "look_of", "look_of_node",
                "looks_of_things", "node_colours",
            ),
            "theme": (
                "ThemeLike", "colour", "marked_theme", "mix", "read_table",
                "scale_role", "set_default_theme", "theme_in_use", "themed", "use_theme",
            ),
        },
    )  # fmt: skip
