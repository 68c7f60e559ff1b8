// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/manager.hh"

#include "common/system/log.hh"

namespace callgate {
namespace {

constexpr Duration kStoppedWithin{4'000};  // the Stop handshakes of all connections

}  // namespace

Manager::Manager(EventLoop& loop, HostRoutes& routes, UniqueFd listener, Settings settings)
    : loop_(loop),
      routes_(routes),
      idle_exit_(settings.idle_exit),
      sweep_(loop.timer([this] { sweep(); })),
      idle_(loop.timer([this] { loop_.quit(); })),
      answers_due_(loop.timer([this] { answer_ready(); })),
      clients_(loop, std::move(listener), {settings.max_clients, settings.identity}, *this),
      calls_(loop, routes, clients_, captures_),
      status_(loop, clients_, calls_, questions_),
      log_levels_(loop, clients_, calls_, questions_),
      captures_(loop, clients_, calls_, questions_, [this] { sweep_soon(); }),
      logins_(loop, [this] { sweep_soon(); }),
      handover_(clients_, calls_, log_levels_, logins_, settings.idle_exit),
      requests_({clients_, calls_, status_, log_levels_, captures_, logins_},
                [this](Client& client, const TakeOver& question) { give_to(client, question); }) {
  sweep_soon();
}

std::string Manager::summary() const {
  return fmt::format("{} calls on {} connections", calls_.all().size(),
                     calls_.links().all().size());
}

// --- clients ---------------------------------------------------------------------------------

void Manager::client_sent(Client& client, const ChannelMessage& message) {
  requests_.take(client, message);
  answer_ready();
}

void Manager::client_gone(Client& client, const char* why) {
  if (const auto* call = calls_.of_client(client.number()))
    calls_.say(client, log::Level::notice,
               fmt::format("Closing connection (unhandled): pid {} gone ({}), call {} is cleared",
                           client.pid(), why, value(call->id)));
  calls_.leave(client.number());
  calls_.let_go(client.told_call());
  if (giving_ && giving_->taker() == client.number()) giving_.reset();
}

void Manager::client_forgotten(uint32_t number) {
  questions_.forget(number);
  status_.forget(number);
  captures_.forget(number);
  logins_.forget(number);
}

void Manager::answer(const std::vector<Questions::Asker>& ready) {
  for (const auto& [kind, number] : ready) {
    Client* asker = clients_.find(number);
    if (asker && kind == Questions::Kind::statistics) status_.finish(*asker);
    if (asker && kind == Questions::Kind::log_level) asker->release();
  }
}

void Manager::answer_ready() {
  answer(questions_.take_ready(loop_.now()));
  auto deadline = questions_.next_deadline();
  if (!deadline) return answers_due_.stop();
  auto left = std::chrono::ceil<Duration>(*deadline - loop_.now());
  answers_due_.start(std::max(left, Duration(0)));
}

// Clients and links are destroyed from a fresh stack, never from a callback of theirs.
void Manager::sweep() {
  clients_.sweep();
  captures_.sweep();
  answer_ready();  // for those who have waited for one of them
  calls_.links().sweep();
  bool idle = clients_.all().empty() && calls_.links().all().empty() && logins_.empty();
  if (shutting_down_) {
    if (!calls_.links().all().empty()) return;
    captures_.end_all();
    return loop_.quit();
  }
  if (!idle)
    idle_.stop();
  else if (idle_exit_.count() > 0)
    idle_.start(idle_exit_);
}

// --- the end ---------------------------------------------------------------------------------

// A client that comes now is served by the next manager, or learns that we are gone.
void Manager::shut_down() {
  if (std::exchange(shutting_down_, true)) return loop_.quit();
  requests_.refuse_calls();
  answer(questions_.take_all());
  clients_.stop_accepting();
  idle_.start(kStoppedWithin);
  std::vector<uint32_t> with_call;
  for (const auto& [client, call] : calls_.all()) with_call.push_back(client);
  for (uint32_t client : with_call) {
    log::notice("Closing connection (shutdown): call {}", value(calls_.all().at(client).id));
    calls_.end(client, {.cause = Cause::manager_stopping});
  }
  sweep_soon();
}

void Manager::go_on() {
  handover_.begin();
  sweep_soon();
}

// --- leaving ---------------------------------------------------------------------------------

// If another taker has not asked for everything yet, this one takes its place.
void Manager::give_to(Client& taker, const TakeOver& question) {
  if (auto why = handover::unreadable_by(question.oldest_image, question.newest_image)) {
    log::warning("pid {} does not take over: {}", taker.pid(), *why);
    return taker.refuse(refusal(*why));
  }
  Giving::Owner& self = *this;  // a private base: emplace() may not convert
  if (!giving_ || giving_->taker() != taker.number())
    giving_.emplace(taker.number(), taker.socket(), self);
  giving_->next_batch();
}

std::vector<int> Manager::descriptors_for(uint32_t taker) {
  return handover_.descriptors(taker);
}

// The next manager knows nothing of questions, lists and captures: they end here.
UniqueFd Manager::image_for(uint32_t taker) {
  answer(questions_.take_all());
  for (const auto& [number, client] : clients_.all()) client->finish_list();
  captures_.end_all();
  return handover::write_image(handover_.records(taker));
}

void Manager::leave(const std::function<void(const std::vector<int>&)>& give) {
  auto image = image_for(0);
  auto descriptors = descriptors_for(0);
  descriptors.push_back(image.get());
  give(descriptors);
  given_to(0);
}

void Manager::given_to(uint32_t taker) {
  if (const Client* client = clients_.find(taker))
    log::notice("pid {} takes over {} control connections", client->pid(),
                calls_.links().all().size());
  left_ = true;
  routes_.leave();
  loop_.quit();
}

void Manager::not_given_to(uint32_t taker, const std::string& why) {
  Client* client = clients_.find(taker);
  if (!client) return;
  log::warning("pid {} did not take over: cannot {}; this call manager goes on", client->pid(),
               why);
  clients_.drop(*client, "it did not take over");
}

}  // namespace callgate
