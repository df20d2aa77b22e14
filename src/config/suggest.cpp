#include "jobflip/config/suggest.hpp"

#include <algorithm>

namespace jobflip::config {
namespace {

constexpr std::size_t kLongest = 64;        // a longer word is not a typing mistake
constexpr std::size_t kLeastBeginning = 3;  // a shorter one begins too many words

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + other});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string nearest_word(std::string_view typed, const std::vector<std::string>& words) {
  if (typed.empty() || typed.size() > kLongest) return "";
  std::string best;
  std::size_t best_edits = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const auto& word : words) {
    if (word.size() > kLongest) continue;
    const auto count = edits(typed, word);
    if (count < best_edits) {
      best_edits = count;
      best = word;
    }
  }
  if (!best.empty() || typed.size() < kLeastBeginning) return best;
  // "stat": too many letters are missing for a typing mistake, so it was cut short on purpose
  for (const auto& word : words)
    if (word.starts_with(typed) && word.size() <= kLongest &&
        (best.empty() || word.size() < best.size()))
      best = word;
  return best;
}

}  // namespace jobflip::config
