#include "jobflip/core/seen_of_store.hpp"

#include <charconv>

#include "jobflip/core/back_off.hpp"

namespace jobflip::core {
namespace {

constexpr std::string_view kTitle = "jobflip-seen 1\n";
constexpr std::string_view kBeat = "beat ";
constexpr std::string_view kPool = "pool ";
constexpr std::string_view kSum = "sum ";

/// Removes the next line from the text; empty if there is no complete line.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value < 0 || std::to_string(value) != text) return std::nullopt;  // as text_of() writes it
  return value;
}

std::optional<SeenEpoch> pool_in(std::string_view line) {
  if (!line.starts_with(kPool)) return std::nullopt;
  line.remove_prefix(kPool.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !why_not_a_name(line.substr(0, space)).empty())
    return std::nullopt;
  const auto epoch = number_in(line.substr(space + 1));
  if (!epoch) return std::nullopt;
  return SeenEpoch{PoolName::of(line.substr(0, space)), Epoch{*epoch}};
}

/// Detects a truncated file and a disk error, not a change by someone who can write the file.
std::string sum_line(std::string_view text) {
  return std::string{kSum} + std::to_string(seed_of(text)) + "\n";
}

}  // namespace

std::string text_of(const SeenOfStore& seen) {
  std::string text{kTitle};
  text += std::string{kBeat} + std::to_string(seen.beat.value) + "\n";
  for (const auto& [pool, epoch] : seen.epochs)
    text += std::string{kPool} + pool.str() + " " + std::to_string(epoch.value) + "\n";
  return text + sum_line(text);
}

std::optional<SeenOfStore> parse_seen(std::string_view text) {
  const auto sum = text.rfind(kSum);
  if (sum == std::string_view::npos || text.substr(sum) != sum_line(text.substr(0, sum)))
    return std::nullopt;
  text = text.substr(0, sum);
  if (!text.starts_with(kTitle)) return std::nullopt;
  text.remove_prefix(kTitle.size());
  SeenOfStore seen;
  const auto beat = take_line(text);
  if (!beat || !beat->starts_with(kBeat)) return std::nullopt;
  const auto number = number_in(beat->substr(kBeat.size()));
  if (!number) return std::nullopt;
  seen.beat = BeatNumber{*number};
  while (!text.empty()) {
    const auto line = take_line(text);
    auto pool = line ? pool_in(*line) : std::nullopt;
    if (!pool || seen.epochs.size() == kMostPoolsSeen) return std::nullopt;
    if (!seen.epochs.empty() && !(seen.epochs.back().pool < pool->pool)) return std::nullopt;
    seen.epochs.push_back(std::move(*pool));
  }
  return seen;
}

}  // namespace jobflip::core
