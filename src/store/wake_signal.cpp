#include "jobflip/ports/wake_signal.hpp"

#include <algorithm>
#include <utility>

#include "jobflip/store/open.hpp"
#include "store/connection.hpp"

namespace jobflip::store {
namespace {

/// LISTEN on a connection of its own. Behind a pooler that gives a session to each transaction it
/// hears nothing, and nothing is lost by that but time.
class PgWakeSignal final : public ports::WakeSignal {
 public:
  explicit PgWakeSignal(StoreSettings settings)
      : connection_(std::move(settings), Purpose::listen) {}

  int descriptor() const noexcept override { return connection_.descriptor(); }

  std::vector<core::WakeHint> collect() noexcept override {
    auto* raw = connection_.raw();
    if (raw == nullptr) return {};
    if (PQconsumeInput(raw) == 0) {
      connection_.close();
      return {};
    }
    std::vector<core::WakeHint> hints;
    while (auto* notify = PQnotifies(raw)) {
      auto hint = hints.size() < kMostHints ? core::parse_hint(notify->extra) : core::WakeHint{};
      if (std::ranges::find(hints, hint) == hints.end()) hints.push_back(std::move(hint));
      PQfreemem(notify);
    }
    return hints;
  }

  void connect() noexcept override {
    if (connection_.descriptor() >= 0) return;
    // what goes wrong is only that nothing is heard
    if (!connection_.batch("listen", "listen jobflip")) connection_.close();
  }

 private:
  Connection connection_;
};

}  // namespace

std::unique_ptr<ports::WakeSignal> open_wake_signal(StoreSettings settings) {
  return std::make_unique<PgWakeSignal>(std::move(settings));
}

}  // namespace jobflip::store
