// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/screen.hh"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

namespace callgate {
namespace {

// The alternate screen has no history, and the old one comes back as it was.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l", kLeave = "\x1b[?25h\x1b[?1049l";

// Of the process, as signals are.
termios original;
bool has_keyboard = false;
volatile std::sig_atomic_t came_back = 0;  // to an empty screen, from a pause

// All below may run in a signal handler.
void say(std::string_view text) {
  while (!text.empty()) {
    ssize_t size = write(STDOUT_FILENO, text.data(), text.size());
    if (size < 0 && errno != EINTR) return;
    if (size > 0) text.remove_prefix(static_cast<size_t>(size));
  }
}

void enter() {
  termios quiet = original;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
  if (has_keyboard) tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
  say(kEnter);
}

void leave() {
  say(kLeave);
  if (has_keyboard) tcsetattr(STDIN_FILENO, TCSADRAIN, &original);
}

// The action is back at the default one (SA_RESETHAND): whoever started us sees what ended us.
void end_by(int signal) {
  leave();
  raise(signal);
}

void pause_by(int) {
  int error = errno;
  leave();
  raise(SIGSTOP);
  enter();
  came_back = 1;
  errno = error;
}

// While it lives, a signal waits for ppoll().
class Held {
 public:
  explicit Held(int signal) {
    sigemptyset(&held_);
    sigaddset(&held_, signal);
    sigprocmask(SIG_BLOCK, &held_, nullptr);
  }
  ~Held() { sigprocmask(SIG_UNBLOCK, &held_, nullptr); }

 private:
  sigset_t held_;
};

void on(int signal, void (*handler)(int), int flags = 0) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

}  // namespace

Screen::Screen() {
  has_keyboard = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &original) == 0;
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) on(signal, end_by, SA_RESETHAND);
  on(SIGTSTP, pause_by);
  on(SIGWINCH, [](int) {});
  // A change of the size wakes wait(), and is not lost before it.
  sigset_t resized;
  sigemptyset(&resized);
  sigaddset(&resized, SIGWINCH);
  sigprocmask(SIG_BLOCK, &resized, nullptr);
  enter();
}

Screen::~Screen() {
  leave();
}

void Screen::draw(const std::vector<std::string>& lines) const {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
    size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  bool all = lines.size() <= size.ws_row;
  size_t shown = all ? lines.size() : size.ws_row - 1u;
  std::string picture = "\x1b[H";
  for (size_t i = 0; i < shown; i++)
    picture += (i ? "\n" : "") + lines[i].substr(0, size.ws_col) + "\x1b[K";
  if (!all) picture += fmt::format("\n... and {} more lines\x1b[K", lines.size() - shown);
  say(picture + "\x1b[J");
}

Screen::Event Screen::wait(Duration time) const {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  timespec limit{.tv_sec = seconds.count(),
                 .tv_nsec = std::chrono::nanoseconds(time - seconds).count()};
  pollfd keyboard{.fd = has_keyboard ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};
  sigset_t none;
  sigemptyset(&none);
  Held pause(SIGTSTP);
  bool empty = came_back;
  came_back = 0;
  if (empty) return Event::redraw;
  int ready = ppoll(&keyboard, 1, &limit, &none);
  if (ready == 0) return Event::time_is_over;
  if (ready < 0) return Event::redraw;
  char key = 0;
  return read(STDIN_FILENO, &key, 1) == 1 && key != 'q' ? Event::redraw : Event::quit;
}

}  // namespace callgate
