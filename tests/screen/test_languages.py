# SPDX-License-Identifier: GPL-2.0-or-later
"""The window in other languages: German with every flow, the others with their texts in place."""
import pytest

from test_status import UP

CONNECT = {"de": "Verbinden", "es": "Conectar", "ru": "Подключить", "zh_CN": "连接(C)"}


def test_edit_and_connect_in_german(desk, open_window):
    desk.create("work", "--mppe", "128", "--route", "10.0.0.0/8")
    desk.will_log("work", **UP)
    window = open_window(language="de")
    window.tab("Einstellungen")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Domäne", "CORP")
    window.select("Verschlüsselung", "verlangt, 128 Bit")
    window.click("Speichern")
    window.wait(lambda: desk.show("work")["domain"] == "CORP", "the domain in the file")
    window.tab("Zustand")
    window.click("Verbinden")
    window.wait_text("Verbunden auf ppp0, 10.99.2.1 nach 10.99.1.1.")
    for stage in ("Server erreicht", "Anruf angenommen", "Verschlüsselt", "Routen gesetzt"):
        window.wait_text(f"{stage}: fertig")
    window.click("Trennen")
    window.find("list item", "work: Aus")


@pytest.mark.parametrize("language", CONNECT)
def test_the_window_speaks(desk, open_window, language):
    desk.create("work")
    window = open_window(language=language)
    window.find("button", CONNECT[language])
