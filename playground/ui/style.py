"""One palette and one style sheet for the window, generated from the tokens; a switch of theme needs no restart.

Widgets say what they are by the dynamic property `role`: a label "title", a button "primary", a frame "segmented".
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QPalette

from playground.ui.theme import Theme, token

_ROLES = {
    QPalette.ColorRole.Window: "bg.panel",
    QPalette.ColorRole.WindowText: "text.primary",
    QPalette.ColorRole.Base: "bg.card",
    QPalette.ColorRole.AlternateBase: "bg.control",
    QPalette.ColorRole.Text: "text.primary",
    QPalette.ColorRole.Button: "bg.control",
    QPalette.ColorRole.ButtonText: "text.primary",
    QPalette.ColorRole.BrightText: "text.primary",
    QPalette.ColorRole.ToolTipBase: "bg.control",
    QPalette.ColorRole.ToolTipText: "text.primary",
    QPalette.ColorRole.Highlight: "accent.base",
    QPalette.ColorRole.HighlightedText: "accent.on",
    QPalette.ColorRole.PlaceholderText: "text.caption",
    QPalette.ColorRole.Link: "accent.base",
    QPalette.ColorRole.Light: "bg.track",
    QPalette.ColorRole.Midlight: "bg.control",
    QPalette.ColorRole.Mid: "line.strong",
    QPalette.ColorRole.Dark: "line.soft",
    QPalette.ColorRole.Shadow: "bg.canvas",
}
# A picture of 48 with a line of text under it.
TILE_HEIGHT = 70
QT_CELL_MARGIN = 3
_TEXTS = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)

_SHEET = Template("""
QMainWindow, QDialog, QMessageBox { background: ${bg_panel}; }
QToolTip { background: ${bg_control}; color: ${text_primary}; border: ${hair}px solid ${line_strong};
    padding: ${s4}px ${s8}px; }
QLabel { background: transparent; }
QLabel[role="title"] { color: ${text_primary}; ${font_panel_title} }
QLabel[role="figure"] { color: ${text_primary}; ${font_figure} }
QLabel[role="caption"] { color: ${text_caption}; ${font_caption} }
QLabel[role="secondary"] { color: ${text_secondary}; ${font_body} }
QLabel[role="body"] { color: ${text_primary}; ${font_body} }
QLabel[role="error"] { color: ${error_base}; ${font_caption} }
QLabel[role="key"] { color: ${text_secondary}; border: ${hair}px solid ${line_strong};
    border-radius: ${thumb}px; padding: 0 ${s4}px; ${font_caption} }

QWidget[surface="panel"], QScrollArea[surface="panel"], QStackedWidget[surface="panel"] { background: ${bg_panel}; }
QWidget[surface="canvas"] { background: ${bg_canvas}; }
QWidget[surface="card"] { background: ${bg_card}; }
QFrame[role="line"] { background: ${line_soft}; border: none; }
QFrame[role="box"] { background: ${bg_card}; border: ${hair}px solid ${line_soft}; border-radius: ${control}px; }
QFrame[role="popup"] { background: ${bg_panel}; border: ${hair}px solid ${line_strong}; }
QSplitter::handle { background: ${line_soft}; }
QScrollArea { border: none; background: transparent; }

QPushButton, QToolButton { background: ${bg_control}; color: ${text_primary}; border: ${hair}px solid ${line_strong};
    border-radius: ${control}px; padding: 0 ${s12}px; min-height: ${inner}px; ${font_control} }
QToolButton { padding: 0 ${s8}px; }
QToolButton::menu-indicator { image: none; }
QPushButton:hover, QToolButton:hover { background: ${bg_track}; }
QPushButton:pressed, QToolButton:pressed { background: ${bg_track}; border-color: ${text_disabled}; }
QPushButton:checked, QToolButton:checked { background: ${accent_tint}; color: ${accent_base};
    border-color: ${accent_line}; }
QPushButton:disabled, QToolButton:disabled { background: ${faint_control}; color: ${text_disabled};
    border-color: ${line_soft}; }
QPushButton:focus, QToolButton:focus { border: ${ring}px solid ${accent_base}; }

QPushButton[role="primary"] { background: ${accent_base}; color: ${accent_on}; border-color: ${accent_base};
    ${font_panel_title} }
QPushButton[role="primary"]:hover { background: ${accent_hover}; border-color: ${accent_hover}; }
QPushButton[role="primary"]:disabled { background: ${accent_faint}; color: ${text_caption};
    border-color: ${accent_faint}; }
QPushButton[role="primary"]:focus { border: ${ring}px solid ${text_primary}; }
QPushButton[extent="transport"], QToolButton[extent="transport"] { min-height: ${inner_transport}px; }
QPushButton[extent="compact"], QToolButton[extent="compact"] { min-height: ${inner_compact}px; }

QPushButton[role="flat"], QToolButton[role="flat"] { background: transparent; border-color: transparent;
    color: ${text_secondary}; }
QPushButton[role="flat"]:hover, QToolButton[role="flat"]:hover { background: ${bg_control}; color: ${text_primary}; }
QPushButton[role="flat"]:checked, QToolButton[role="flat"]:checked { background: ${accent_tint};
    color: ${accent_base}; }
QPushButton[role="flat"]:disabled, QToolButton[role="flat"]:disabled { color: ${text_disabled}; }
QPushButton[role="flat"]:focus, QToolButton[role="flat"]:focus { border: ${ring}px solid ${accent_base}; }
QPushButton[square="true"], QToolButton[square="true"] { padding: 0; min-width: ${inner}px; }
QPushButton[square="true"][extent="transport"], QToolButton[square="true"][extent="transport"] {
    min-width: ${inner_transport}px; max-width: ${inner_transport}px; }
QPushButton[square="true"][extent="compact"], QToolButton[square="true"][extent="compact"] {
    min-width: ${inner_compact}px; }

QToolButton[role="tile"] { padding: ${s4}px 0; min-height: ${tile}px; background: ${bg_card};
    border-color: ${line_soft}; ${font_caption} }
QToolButton[role="tile"]:hover { background: ${bg_control}; }
QToolButton[role="tile"]:checked { background: ${accent_tint}; border: ${ring}px solid ${accent_base};
    color: ${text_primary}; }
QToolButton[role="tile"]:focus { border: ${ring}px solid ${accent_base}; }

QFrame[role="segmented"] { background: ${segment_frame}; border: ${hair}px solid ${line_strong};
    border-radius: ${control}px; }
QToolButton[role="segment"] { background: transparent; border: ${hair}px solid transparent;
    border-radius: ${field}px; color: ${text_secondary}; min-height: 0; padding: 0 ${s8}px; }
QToolButton[role="segment"]:hover { color: ${text_primary}; }
QToolButton[role="segment"]:checked { background: ${segment}; border-color: ${segment_line};
    color: ${text_primary}; }
QToolButton[role="segment"]:disabled { color: ${text_disabled}; }
QToolButton[role="segment"]:focus { border: ${ring}px solid ${accent_base}; }

QLineEdit { background: ${field_color}; color: ${text_primary}; border: ${hair}px solid ${line_strong};
    border-radius: ${field}px; padding: 0 ${s8}px; min-height: ${inner_compact}px; ${font_body}
    selection-background-color: ${accent_base}; selection-color: ${accent_on}; }
QLineEdit:hover { border-color: ${text_disabled}; }
QLineEdit:focus { border-color: ${accent_base}; }
QLineEdit:disabled { color: ${text_disabled}; border-color: ${line_soft}; }
QLineEdit[invalid="true"] { background: ${error_tint}; border-color: ${error_base}; }
QLineEdit[role="bare"] { background: transparent; border: none; padding: 0; }
QComboBox { background: ${bg_control}; color: ${text_primary}; border: ${hair}px solid ${line_strong};
    border-radius: ${control}px; padding: 0 ${s8}px; min-height: ${inner_compact}px; ${font_control} }
QComboBox:hover { background: ${bg_track}; }
QComboBox:focus { border: ${ring}px solid ${accent_base}; }
QComboBox:disabled { color: ${text_disabled}; border-color: ${line_soft}; }
QComboBox::drop-down { border: none; width: ${s24}px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView { background: ${bg_card}; color: ${text_primary};
    border: ${hair}px solid ${line_strong}; padding: ${s4}px; outline: none;
    selection-background-color: ${bg_track}; selection-color: ${text_primary}; }
QComboBox QAbstractItemView::item { min-height: ${compact}px; padding: 0 ${s4}px; }
QCheckBox { background: transparent; color: ${text_primary}; spacing: ${s8}px; ${font_body} }
QCheckBox:disabled { color: ${text_disabled}; }

QMenuBar { background: transparent; color: ${text_secondary}; border: none; spacing: 0; ${font_body} }
QMenuBar::item { background: transparent; padding: ${s4}px ${s8}px; border-radius: ${field}px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: ${bg_control}; color: ${text_primary}; }
QMenu { background: ${bg_card}; color: ${text_primary}; border: ${hair}px solid ${line_strong};
    padding: ${s4}px 0; ${font_body} }
QMenu::item { padding: ${s4}px ${s24}px ${s4}px ${s12}px; min-height: ${s16}px; }
QMenu::item:selected { background: ${bg_track}; }
QMenu::item:disabled { color: ${text_disabled}; }
QMenu::icon { padding-left: ${s12}px; }
QMenu::separator { height: ${hair}px; background: ${line_soft}; margin: ${s4}px 0; }
QTabBar { background: transparent; border: none; }
QTabBar::tab { background: transparent; color: ${text_secondary}; padding: 0 ${s20}px;
    height: ${tab}px; border: none; border-bottom: ${underline}px solid transparent; ${font_tab} }
QTabBar::tab:hover { color: ${text_primary}; }
QTabBar::tab:selected { color: ${text_primary}; border-bottom-color: ${accent_base}; font-weight: 600; }
QTabBar::tab:focus { background: ${bg_control}; }

QTableView, QListView, QListWidget { background: ${bg_panel}; color: ${text_primary}; border: none; outline: none;
    gridline-color: ${line_soft}; selection-background-color: ${accent_tint};
    selection-color: ${text_primary}; ${font_body} }
QTableView::item { border-bottom: ${hair}px solid ${line_soft}; padding: 0 ${cell}px; }
QTableView::item:selected { background: ${accent_tint}; }
QListView::item, QListWidget::item { min-height: ${control_height}px; padding: 0 ${s8}px;
    border-radius: ${field}px; }
QListView::item:hover, QListWidget::item:hover { background: ${bg_control}; }
QListView::item:selected, QListWidget::item:selected { background: ${bg_track}; color: ${text_primary}; }
QHeaderView { background: ${bg_panel}; border: none; }
QHeaderView::section { background: ${bg_panel}; color: ${text_caption}; border: none;
    border-bottom: ${hair}px solid ${line_soft}; padding: 0 ${s12}px; ${font_caption} }
QPlainTextEdit[role="note"] { background: ${bg_card}; color: ${text_secondary}; border: ${ring}px solid ${accent_base};
    border-radius: ${control}px; selection-background-color: ${accent_base}; selection-color: ${accent_on}; }
QPlainTextEdit[role="code"] { background: ${bg_panel}; color: ${text_primary}; border: none;
    selection-background-color: ${accent_base}; selection-color: ${accent_on}; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: ${s8}px; }
QScrollBar:horizontal { height: ${s8}px; }
QScrollBar::handle { background: ${bg_track}; border-radius: ${thumb}px; min-height: ${s24}px; min-width: ${s24}px; }
QScrollBar::handle:hover { background: ${text_disabled}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: ${bg_track}; border: none; border-radius: ${bar}px; max-height: ${slim}px;
    min-height: ${slim}px; }
QProgressBar::chunk { background: ${accent_base}; border-radius: ${bar}px; }
""")


def palette(theme: Theme) -> QPalette:
    """The palette of the theme: what the style sheet leaves to the style has these colours."""
    made = QPalette()
    for role, path in _ROLES.items():
        made.setColor(role, theme.color(path))
    for role in _TEXTS:
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.color("text.disabled"))
    return made


def _font(theme: Theme, style: str) -> str:
    entry = token(f"type.styles.{style}")
    return f"font-size: {theme.font(style).pixelSize()}px; font-weight: {entry['weight']};"


def _colors(theme: Theme) -> dict[str, str]:
    paths = [
        f"{group}.{name}"
        for group in ("bg", "line", "text", "accent", "error")
        for name in token(f"theme.{theme.name}.{group}")
    ]
    colors = {path.replace(".", "_"): theme.color(path).name() for path in paths}
    dark = theme.name == "dark"
    share: float = token("state.disabled.opacity")
    return colors | {
        "field_color": theme.field_color().name(),
        "faint_control": theme.mixed("bg.control", "bg.panel", share).name(),
        "accent_hover": theme.mixed("accent.base", "text.primary", 0.88).name(),
        "accent_faint": theme.mixed("accent.base", "bg.panel", share).name(),
        "segment_frame": theme.color("bg.panel" if dark else "bg.control").name(),
        "segment": theme.color("bg.track" if dark else "bg.card").name(),
        "segment_line": theme.color("bg.track" if dark else "line.strong").name(),
    }


def _sizes(theme: Theme) -> dict[str, int]:
    border: int = token("border.hairline")

    def inside(height: str) -> int:
        return theme.px(token(f"control.{height}")) - 2 * border

    return {
        **{f"s{step}": theme.px(step) for step in token("space.steps")},
        "hair": border,
        "ring": token("state.focus.ring"),
        "inner": inside("height"),
        "inner_compact": inside("height_compact"),
        "inner_transport": inside("height_transport"),
        # As the heading above it; Qt adds a margin of its own, whatever the zoom.
        "cell": theme.px(token("space.panel_padding")) - QT_CELL_MARGIN,
        "control_height": theme.px(token("control.height")),
        "compact": theme.px(token("control.height_compact")),
        "tab": theme.px(token("control.tab_height")) - theme.px(token("control.tab_underline")),
        "tile": theme.px(TILE_HEIGHT),
        "underline": theme.px(token("control.tab_underline")),
        "thumb": theme.px(token("radius.thumbnail")),
        "field": theme.px(token("radius.field")),
        "control": theme.px(token("radius.control")),
        "card": theme.px(token("radius.card")),
        "slim": theme.px(token("control.slider_track") + 1),
        "bar": theme.px(token("control.slider_track") + 1) // 2,
    }


def style_sheet(theme: Theme) -> str:
    """The style sheet of the window at the present theme and zoom."""
    fonts = {f"font_{style}": _font(theme, style) for style in token("type.styles")}
    return _SHEET.substitute(_colors(theme), **_sizes(theme), **fonts)
