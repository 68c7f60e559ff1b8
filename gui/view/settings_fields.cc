// SPDX-License-Identifier: GPL-2.0-or-later
// The fields of the pages Settings, and Routes & DNS.
#include "gui/model/translate.hh"
#include "gui/view/settings_page.hh"

namespace callgate::gui {

void add_link_fields(Form& form) {
  form.section("");
  form.text(&Settings::server, "server", _("Se_rver"), _("Name or address of the server"));
  form.text(&Settings::domain, "domain", _("Do_main"), _("Of Windows; often empty"));
  form.text(&Settings::username, "username", _("_User name"),
            _("DOMAIN\\user and user@DOMAIN are taken apart"));
  form.password(_("_Password"));
  form.choice(&Settings::mppe, "mppe", _("_Encryption"),
              {{"128", _("required, 128 bit")},
               {"any", _("required, 128 or 40 bit")},
               {"40", _("required, 40 bit")},
               {"none", _("not required")}});
  form.section(_("_Ways to log in"));
  form.ways({{"mschap-v2", "MS-CHAPv2"},
             {"mschap", "MS-CHAP"},
             {"chap", "CHAP"},
             {"pap", "PAP"},
             {"eap", "EAP"}});
  form.toggle(&Settings::pap, "pap", _("Password in clear te_xt"),
              _("Also write the password into pap-secrets. Everybody between here and the server "
                "can then read it."));
  form.section(_("C_onnection"));
  form.toggle(&Settings::at_boot, "systemd", _("Connect at start of the _machine"),
              _("Start the tunnel now and at every boot"));
  form.toggle(&Settings::persist, "persist", _("Reconnect without s_ystemd"),
              _("pppd dials again for ever. A service of systemd does that by itself."));
  form.number(&Settings::echo, "echo", _("Ask the server ever_y"),
              _("Seconds between questions whether the server is still there; 0 for never"));
  form.text(&Settings::alive, "alive", _("Test by pin_ging"),
            _("An address that answers pings, or peer for the far end; empty for never. If it does "
              "not answer and nothing else comes, the tunnel is ended."));
  form.number(&Settings::alive_interval, "alive-interval", _("Test e_very"),
              _("Seconds between tests"));
  form.text(&Settings::mtu, "mtu", _("M_TU"),
            _("128 to 1500 bytes, or auto to measure it; empty for pppd's own"));
  form.text(&Settings::phone, "phone", _("Phone n_umber"), _("For servers that dial a line"));
  form.toggle(&Settings::debug, "debug", _("Detailed lo_g"), _("Log every PPP packet"));
  form.toggle(&Settings::mppe_stateful, "mppe-stateful", _("Allow state_ful encryption"),
              _("Accept that the key changes only every 256 packets"));
  form.section(_("E_xpert"));
  form.choice(&Settings::ppp, "ppp", _("Who speaks PPP"),
              {{"auto", _("pppd, or pptp itself if there is no pppd")},
               {"pppd", _("pppd")},
               {"builtin", _("pptp itself, without pppd")}});
  form.text(&Settings::interface, "interface", _("_Interface name"),
            _("Name of the tunnel's network interface; empty for pppN"));
  form.text(&Settings::local_address, "local-address", _("Local _address"),
            _("Call from this address of this machine"));
  form.text(&Settings::device, "device", _("De_vice"), _("Call through this network interface"));
  form.lines(&Settings::pptp_options, "pptp-option", _("Options for pptp"));
  form.lines(&Settings::pppd_lines, "pppd-line", _("Options for pppd"));
  form.note(
      _("Some options of pppd run programs as root, so an administrator must agree to each "
        "change of them."));
}

void add_route_fields(Form& form) {
  form.section("");
  form.note(_("What goes through the tunnel. If nothing is chosen, only the far end does."));
  form.toggle(&Settings::everything, "default-route", _("_Everything"),
              _("All traffic except that to the server"));
  form.list(&Settings::networks, "route", _("These _networks"),
            _("As 10.0.0.0/8, with commas between them"));
  form.lines(&Settings::route_notes, "route-note", _("Notes on networks"),
             _("As 10.0.0.0/8=office, one on each line"));
  form.toggle(&Settings::lan_to_lan, "lan-to-lan", _("For other mac_hines too"),
              _("Other machines use the tunnel through this one, with its address"));
  form.text(&Settings::dns, "dns", _("Na_me servers"),
            _("auto for those of the server, addresses with commas between them, or none"));
  form.list(&Settings::search, "search", _("_Search domains"),
            _("Names without a dot are searched in these"));
  form.toggle(&Settings::search_only, "search-only", _("On_ly for these domains"),
              _("Ask these name servers for names in these domains alone"));
  form.section(_("Own _routing table"));
  form.text(&Settings::table, "table", _("Routing _table"),
            _("A number, or auto for a free one; empty for the main table"));
  form.list(&Settings::from, "from", _("Packets _from"),
            _("Addresses or networks of the senders, with commas between them"));
  form.list(&Settings::from_user, "from-user", _("Programs of _users"),
            _("Names of users of this machine, with commas between them"));
  form.text(&Settings::mark, "mark", _("Packets with mar_k"),
            _("A number that the packet filter or a program has set"));
  form.text(&Settings::vrf, "vrf", "_VRF", _("Name of the VRF that has the tunnel's interface"));
  form.toggle(&Settings::only_through, "only-through", _("Nowhere e_lse"),
              _("What goes through the tunnel goes nowhere else while it is down"));
}

}  // namespace callgate::gui
