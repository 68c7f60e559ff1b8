// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace callgate::gui {

// Colours only support what shapes and words say already. Those of the theme are used.
constexpr auto kStyle = R"(
.mark { font-family: monospace; font-weight: bold; }
.connected .mark { color: mix(@success_color, @theme_fg_color, 0.5); }
.failed .mark, .error { color: mix(@error_color, @theme_fg_color, 0.4); }
.problem { background: alpha(@error_color, 0.12); padding: 6px 12px; }
.offer { background: alpha(@theme_selected_bg_color, 0.15); padding: 6px 12px; }
.warning-bar { border-top: 1px solid @borders; padding: 3px 12px; }
.heading { font-weight: bold; }
.title-2 { font-weight: bold; font-size: 140%; }
stackswitcher > button { min-width: 64px; padding: 4px 6px; }
.boxed, textview.frame { border: 1px solid @borders; border-radius: 4px; }
)";

}  // namespace callgate::gui
