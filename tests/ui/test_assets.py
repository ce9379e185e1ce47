"""Icons follow the theme; resources are found from a checkout."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from crm_desktop.ui import assets
from crm_desktop.ui.assets import icon, install_translation, resources
from crm_desktop.ui.theme import apply_theme
from crm_desktop.ui.tokens import DARK, LIGHT


def strongest(image: QImage) -> QColor:
    """Return the most opaque pixel's colour."""
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return max((image.pixelColor(x, y) for x, y in places), key=lambda colour: colour.alpha())


def test_an_icon_takes_the_colour_of_its_role_in_the_current_theme(qapp: QApplication) -> None:
    phone = icon("phone", "accent")
    assert strongest(phone.pixmap(32, 32).toImage()).name().upper() == LIGHT.accent
    apply_theme(qapp, "dark")
    assert strongest(phone.pixmap(32, 32).toImage()).name().upper() == DARK.accent


def test_a_checked_icon_has_its_own_role_and_a_disabled_one_is_faint(qapp: QApplication) -> None:
    users = icon("users", "muted", on_role="accent")
    on = users.pixmap(QSize(32, 32), QIcon.Mode.Normal, QIcon.State.On).toImage()
    off = users.pixmap(QSize(32, 32), QIcon.Mode.Disabled).toImage()
    assert strongest(on).name().upper() == LIGHT.accent
    assert strongest(off).name().upper() == LIGHT.faint


def test_an_icon_is_sharp_at_twice_the_scale(qapp: QApplication) -> None:
    pixmap = icon("phone").pixmap(QSize(16, 16), 2.0)
    assert pixmap.deviceIndependentSize().toSize() == QSize(16, 16)
    assert pixmap.width() == 32


def test_an_unknown_icon_is_noticed_at_once(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_icons_load_without_importing_qtawesome() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication;"
        "app = QApplication(['x', '-platform', 'offscreen']);"
        "from crm_desktop.ui.assets import icon; assert not icon('phone').pixmap(16, 16).isNull();"
        "sys.exit('qtawesome' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 0


def test_resources_are_found_from_the_checkout() -> None:
    assert resources().name == "resources"


def test_an_incomplete_installation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "__file__", "/nowhere/crm_desktop/ui/assets.py")
    with pytest.raises(FileNotFoundError):
        resources()


def test_english_needs_no_translation_and_arabic_mirrors_the_window(qapp: QApplication) -> None:
    try:
        install_translation(qapp, "ar")
        assert qapp.isRightToLeft()
        assert install_translation(qapp, "en")
        assert qapp.isLeftToRight()
    finally:
        install_translation(qapp, "en")
    assert not install_translation(qapp, "tlh")
    install_translation(qapp, "en")
