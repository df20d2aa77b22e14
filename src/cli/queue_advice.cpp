#include "cli/queue_advice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jobflip::cli {

void show_advice(Session& session, const std::vector<view::QueueAdvice>& advice) {
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(kMost, advice.size()); ++i) {
    session.warning(view::advice_text(advice[i]));
    session.hint(advice[i].advice.fix);
  }
  if (advice.size() > kMost)
    session.warning(fmt::format("and {} more such settings: --format json has all of them",
                                advice.size() - kMost));
}

}  // namespace jobflip::cli
