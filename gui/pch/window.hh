// SPDX-License-Identifier: GPL-2.0-or-later
// Precompiled: most of the time of compiling a small file of the window is reading these.
#include <gtkmm/application.h>
#include <gtkmm/applicationwindow.h>
#include <gtkmm/box.h>
#include <gtkmm/button.h>
#include <gtkmm/grid.h>
#include <gtkmm/label.h>
#include <gtkmm/listbox.h>
#include <gtkmm/passwordentry.h>
#include <gtkmm/scrolledwindow.h>
#include <gtkmm/stack.h>

#include <nlohmann/json.hpp>
