#include "jobflip/ports/wake_signal.hpp"

#include <algorithm>
#include <utility>

#include "jobflip/store/open.hpp"
#include "store/session.hpp"

namespace jobflip::store {
namespace {

/// LISTEN on a connection of its own. Behind a pooler that gives a session to each transaction it
/// hears nothing, and nothing is lost by that but time.
class PgWakeSignal final : public ports::WakeSignal {
 public:
  explicit PgWakeSignal(const StoreSettings& settings)
      : connection_(settings, session_rules(settings, Purpose::listen)) {}

  int descriptor() const noexcept override { return connection_.descriptor(); }

  std::vector<core::WakeHint> collect() noexcept override {
    std::vector<core::WakeHint> hints;
    connection_.take_notifications([&hints](std::string_view payload) {
      auto hint = hints.size() < kMostHints ? core::parse_hint(payload) : core::WakeHint{};
      if (std::ranges::find(hints, hint) == hints.end()) hints.push_back(std::move(hint));
    });
    return hints;
  }

  void connect() noexcept override {
    if (connection_.descriptor() >= 0) return;
    // what goes wrong is only that nothing is heard
    const auto listen = std::string{"listen "} + kWakeChannel;
    if (!connection_.batch("listen", listen.c_str())) connection_.close();
  }

 private:
  pg::Connection connection_;
};

}  // namespace

std::unique_ptr<ports::WakeSignal> open_wake_signal(const StoreSettings& settings) {
  return std::make_unique<PgWakeSignal>(settings);
}

}  // namespace jobflip::store
