#include "app/interrupts.hpp"

#include <csignal>
#include <ctime>

namespace jobflip::app {
namespace {

volatile std::sig_atomic_t noted = 0;

/// Called at the first wait: until then Ctrl-C ends the program, as usual.
void note_interrupts() {
  static bool installed = false;
  if (installed) return;
  installed = true;
  struct sigaction action {};
  action.sa_handler = [](int) { noted = 1; };
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

bool interrupted() {
  return noted != 0;
}

void wait_unless_interrupted(Millis length) {
  note_interrupts();
  if (interrupted() || length.count() <= 0) return;
  const timespec span{length.count() / 1000, length.count() % 1000 * 1'000'000};
  ::nanosleep(&span, nullptr);  // a signal ends it early
}

}  // namespace jobflip::app
