#include "jobflip/core/sample_backlog.hpp"

#include <algorithm>

namespace jobflip::core {
namespace {

// the age is told in advance: the call may wait for its turn
constexpr Millis kLate{1000};

}  // namespace

void SampleBacklog::add(const PoolName& pool, const QueueName& queue, WaitingSample sample) {
  const auto found = waiting_.find({pool, queue});
  if (count_ >= kMost) {
    ++dropped_;
    if (found == waiting_.end()) return;
    found->second.erase(found->second.begin());
    found->second.push_back(std::move(sample));
    return;
  }
  ++count_;
  waiting_[{pool, queue}].push_back(std::move(sample));
}

void SampleBacklog::drop_old(Instant now) {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const auto gone = std::erase_if(
        it->second, [&](const auto& one) { return now - one.at > kSampleAgeMax - kLate; });
    count_ -= gone;
    dropped_ += static_cast<std::int64_t>(gone);
    it = it->second.empty() ? waiting_.erase(it) : std::next(it);
  }
}

std::vector<NewSample> SampleBacklog::take(Instant now) {
  drop_old(now);
  std::vector<std::pair<Instant, Queue>> due;
  for (const auto& [queue, list] : waiting_)
    if (now - list.front().at >= kPatience || list.size() >= kRow)
      due.emplace_back(list.front().at, queue);
  std::ranges::sort(due);
  std::vector<NewSample> taken;
  for (const auto& [unused, queue] : due) {
    const auto found = waiting_.find(queue);
    auto& list = found->second;
    const auto some = std::min(list.size(), kSampleBatchMax - taken.size());
    for (std::size_t i = 0; i < some; ++i) {
      auto& one = list[i];
      const auto age = std::max(Millis{}, std::chrono::duration_cast<Millis>(now - one.at));
      taken.push_back({queue.first, queue.second, age,
                       std::clamp(one.took, Millis{}, kSampleAgeMax), std::move(one.verdict),
                       std::move(one.sample), std::move(one.error), one.begins});
    }
    list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(some));
    count_ -= some;
    if (list.empty()) waiting_.erase(found);
    if (taken.size() == kSampleBatchMax) break;
  }
  return taken;
}

void SampleBacklog::clear() noexcept {
  waiting_.clear();
  count_ = 0;
}

}  // namespace jobflip::core
