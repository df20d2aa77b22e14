#include "support/hanging_up_server.hpp"

#include <algorithm>

namespace jobflip::test {

std::vector<Instant> HangingUpServer::connections() const {
  const std::lock_guard lock{mutex_};
  return connections_;
}

int HangingUpServer::most_in_a_second() const {
  const auto all = connections();
  std::ptrdiff_t most = 0;
  for (auto from = all.begin(); from != all.end(); ++from)
    most =
        std::max(most, std::lower_bound(from, all.end(), *from + std::chrono::seconds{1}) - from);
  return static_cast<int>(most);
}

void HangingUpServer::note() {
  const std::lock_guard lock{mutex_};
  connections_.push_back(BootClock::now());
}

}  // namespace jobflip::test
