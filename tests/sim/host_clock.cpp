#include "sim/host_clock.hpp"

#include <algorithm>
#include <cmath>

#include "jobflip/base/check.hpp"

namespace jobflip::sim {

void HostClock::runs_at(double rate, Nanos from) {
  JF_CHECK(pieces_.empty() ? from == Nanos{0} : from >= pieces_.back().from);
  pieces_.push_back({from, rate, pieces_.empty() ? Nanos{0} : ran_until(from)});
}

void HostClock::boots(Nanos now, Nanos shows) {
  booted_ran_ = ran_until(now);
  first_ = shows;
}

Nanos HostClock::ran_until(Nanos true_time) const {
  const auto next = std::ranges::upper_bound(pieces_, true_time, {}, &Piece::from);
  const Piece& piece = *std::prev(next);
  const double ran = static_cast<double>((true_time - piece.from).count()) * piece.rate;
  return piece.ran + Nanos{static_cast<std::int64_t>(ran)};
}

Instant HostClock::local(Nanos true_time) const {
  return Instant{first_ + ran_until(true_time) - booted_ran_};
}

Nanos HostClock::when(Instant local_time) const {
  const Nanos wanted = local_time.time_since_epoch() - first_ + booted_ran_;
  const auto next = std::ranges::upper_bound(pieces_, wanted, {}, &Piece::ran);
  const Piece& piece = next == pieces_.begin() ? *next : *std::prev(next);
  const double left = static_cast<double>((wanted - piece.ran).count()) / piece.rate;
  Nanos at = std::max(Nanos{0}, piece.from + Nanos{static_cast<std::int64_t>(std::ceil(left))});
  while (local(at) < local_time) ++at;
  return at;
}

}  // namespace jobflip::sim
