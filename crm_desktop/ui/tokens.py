"""Every colour, distance and letter size of the program, by name; the other modules only use the names."""

from dataclasses import dataclass, replace
from typing import Final, Literal

Tone = Literal["ok", "warn", "info", "danger", "neutral", "accent"]
"""What a pill, a message or a chart series says: its text colour lies on its own tint."""

SPACE_XS: Final = 4
SPACE_S: Final = 8
SPACE_M: Final = 12
SPACE_L: Final = 16
SPACE_XL: Final = 24

RADIUS_CONTROL: Final = 6
RADIUS_CARD: Final = 8

BODY_PX: Final = 13
CAPTION_PX: Final = 11
SECTION_PX: Final = 15
TITLE_PX: Final = 20
FIGURE_PX: Final = 26
SEMIBOLD: Final = 600

ROW_PX: Final = 36
ROW_COMPACT_PX: Final = 28
CONTROL_PX: Final = 32
ICON_PX: Final = 16


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme as ``#RRGGBB``; ``line`` is the width of borders in pixels."""

    name: str
    dark: bool
    bg: str
    side: str
    surface: str
    hover: str
    border: str
    control_border: str
    selection: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    info: str
    info_tint: str
    danger: str
    danger_tint: str
    on_danger: str
    neutral: str
    neutral_tint: str
    line: int = 1

    def tone(self, tone: str) -> tuple[str, str]:
        """Return (text colour, tint) of ``tone``; an unknown or empty tone is neutral."""
        return {
            "ok": (self.ok, self.ok_tint),
            "warn": (self.warn, self.warn_tint),
            "info": (self.info, self.info_tint),
            "danger": (self.danger, self.danger_tint),
            "accent": (self.accent, self.selection),
        }.get(tone, (self.neutral, self.neutral_tint))

    def role(self, role: str) -> str:
        """Return the colour of an icon's or a text's role: a token's name, with ``-`` for ``_``."""
        colour = getattr(self, role.replace("-", "_"))
        if not isinstance(colour, str) or not colour.startswith("#"):
            raise ValueError(role)
        return colour


LIGHT: Final = Tokens(
    name="light", dark=False,
    bg="#F4F6F8", side="#EBEEF2", surface="#FFFFFF", hover="#F0F3F6",
    border="#DFE4EA", control_border="#CDD5DE", selection="#DDEFEC",
    text="#18222D", muted="#566473", faint="#8793A0",
    accent="#0F766E", accent_hover="#0B625B", on_accent="#FFFFFF",
    ok="#1E6F3C", ok_tint="#DFF3E5", warn="#8A5100", warn_tint="#FCEBCF",
    info="#1D4E9E", info_tint="#DCE9FA", danger="#B3261E", danger_tint="#FBE4E2", on_danger="#FFFFFF",
    neutral="#4F5D6B", neutral_tint="#E6EAEF",
)  # fmt: skip

DARK: Final = Tokens(
    name="dark", dark=True,
    bg="#12161B", side="#0E1216", surface="#191F26", hover="#212932",
    border="#2B343E", control_border="#3A4653", selection="#173A37",
    text="#E7ECF1", muted="#9FADBB", faint="#748291",
    accent="#3FBFAF", accent_hover="#5FD0C2", on_accent="#06201D",
    ok="#7FD49B", ok_tint="#1B3A27", warn="#F2B860", warn_tint="#42311A",
    info="#9CC3FF", info_tint="#1B2F4D", danger="#FF8A80", danger_tint="#4A1F1C", on_danger="#2A0805",
    neutral="#B4C0CC", neutral_tint="#2C3540",
)  # fmt: skip

HIGH_CONTRAST: Final = replace(
    LIGHT, name="high-contrast",
    bg="#FFFFFF", side="#FFFFFF", hover="#E9EDF1", border="#000000", control_border="#000000",
    selection="#C9E7E2", text="#000000", muted="#1F2933", faint="#3C4854",
    accent="#00524B", accent_hover="#003D38",
    ok="#0B4A22", ok_tint="#FFFFFF", warn="#5C3600", warn_tint="#FFFFFF", info="#0B3478", info_tint="#FFFFFF",
    danger="#8C0F0A", danger_tint="#FFFFFF", neutral="#000000", neutral_tint="#FFFFFF", line=2,
)  # fmt: skip

HIGH_CONTRAST_DARK: Final = replace(
    DARK, name="high-contrast-dark",
    bg="#000000", side="#000000", surface="#000000", hover="#1E262E",
    border="#FFFFFF", control_border="#FFFFFF", selection="#0E4A44",
    text="#FFFFFF", muted="#E3E9EF", faint="#B9C4CF", accent="#6FE3D4", accent_hover="#95EFE3",
    on_accent="#000000", ok="#9BEBB4", ok_tint="#000000", warn="#FFD08A", warn_tint="#000000",
    info="#BBD6FF", info_tint="#000000", danger="#FFB0A8", danger_tint="#000000", on_danger="#000000",
    neutral="#FFFFFF", neutral_tint="#000000", line=2,
)  # fmt: skip
