"""How Gradio's own components look, and how its events behave."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import gradio as gr

FONTS = ("system-ui", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif")
QUIET: Mapping[str, Any] = MappingProxyType(
    {"show_progress": "hidden", "api_visibility": "private"}
)


def theme() -> gr.themes.Base:
    """Warm paper and ink on system fonts: nothing is fetched."""
    return gr.themes.Base(
        primary_hue="stone",
        neutral_hue="stone",
        radius_size="sm",
        font=FONTS,
        font_mono=FONTS,  # tables are set in it
    ).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#1b1917",
        block_background_fill="#fffdf8",
        block_background_fill_dark="#211e1b",
        color_accent="#7a1f1f",
        body_text_color_subdued="#5d5850",
        body_text_color_subdued_dark="#b3ab9d",
        block_label_text_color="#5d5850",
        block_label_text_color_dark="#b3ab9d",
        block_title_text_color="#5d5850",
        block_title_text_color_dark="#b3ab9d",
        input_background_fill="#fffdf8",
        input_background_fill_dark="#26221f",
        input_border_color="#8c857a",
        input_border_color_dark="#8c857a",
        input_border_width="1px",
        input_border_color_focus="#7a1f1f",
        input_border_color_focus_dark="#f0a59a",
        input_placeholder_color="#6b655c",
        input_placeholder_color_dark="#a39b8d",
        button_primary_background_fill="#7a1f1f",
        button_primary_background_fill_dark="#f0a59a",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#1b1917",
    )
