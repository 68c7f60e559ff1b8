// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/graph.hh"

#include <gtkmm/stylecontext.h>

#include <algorithm>
#include <vector>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

Graph::Graph() : Gtk::Box(Gtk::Orientation::HORIZONTAL, 2 * kGap) {
  auto* texts = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::VERTICAL, kGap);
  for (auto* label : {&received_, &sent_, &quality_}) {
    label->set_xalign(0);
    label->set_width_chars(34);
    texts->append(*label);
  }
  area_.set_content_height(48);
  area_.set_hexpand();
  area_.set_draw_func(sigc::mem_fun(*this, &Graph::draw));
  set_accessible_name(area_, _("Rates of the last minute, which the text beside it has too"));
  append(*texts);
  append(area_);
  set_visible(false);
}

void Graph::show_rates(const Rates& rates, const std::optional<Quality>& quality) {
  rates_ = rates;
  set_visible(!rates.received_text().empty());
  received_.set_text(fill(_("Received: {}"), rates.received_text()));
  sent_.set_text(fill(_("Sent: {}"), rates.sent_text()));
  quality_.set_text(quality ? quality_text(*quality) : "");
  quality_.set_visible(quality.has_value());
  area_.queue_draw();
}

void Graph::draw(const Cairo::RefPtr<Cairo::Context>& context, int width, int height) {
  // Received is a solid line, sent a dashed one: nobody needs to tell colours apart.
  auto colour = get_style_context()->get_color();
  context->set_source_rgba(colour.get_red(), colour.get_green(), colour.get_blue(), 0.8);
  context->set_line_width(1.5);
  draw_line(context, width, height, &Rates::Sample::received);
  context->set_dash(std::vector<double>{4, 3}, 0);
  draw_line(context, width, height, &Rates::Sample::sent);
}

void Graph::draw_line(const Cairo::RefPtr<Cairo::Context>& context, int width, int height,
                      double Rates::Sample::*rate) {
  const auto& samples = rates_.samples();
  double peak = std::max(rates_.peak(), 1.0), step = static_cast<double>(width) / Rates::kSamples;
  double x = width - step * static_cast<double>(samples.size());
  bool first = true;
  for (const auto& sample : samples) {
    double y = height - 2 - (height - 4) * (sample.*rate / peak);
    first ? context->move_to(x, y) : context->line_to(x, y);
    first = false;
    x += step;
  }
  context->stroke();
}

}  // namespace callgate::gui
