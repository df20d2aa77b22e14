#include "cli/apply_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "cli/split.hpp"
#include "jobflip/base/exact_duration.hpp"

namespace jobflip::cli {
namespace {

using Words = std::vector<std::string>;

std::string singular(const std::string& word) {
  static const std::map<std::string, std::string> kWords{
      {"nodes", "node"},   {"supervisors", "supervisor"}, {"pools", "pool"},
      {"queues", "queue"}, {"candidates", "candidate"},   {"services", "service"}};
  const auto found = kWords.find(word);
  return found == kWords.end() ? word : found->second;
}

/// A length in milliseconds as the file may contain it; other text as it is.
std::string as_in_file(std::string_view text) {
  std::int64_t ms{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return number ? exact_duration(Millis{ms}) : std::string{text};
}

constexpr std::string_view kTo = " -> ";

std::string values_as_in_file(std::string_view values) {
  const auto arrow = values.find(kTo);
  if (arrow == values.npos) return as_in_file(values);
  return as_in_file(values.substr(0, arrow)) + std::string{kTo} +
         as_in_file(values.substr(arrow + kTo.size()));
}

bool is_timing(const std::string& key) {
  for (const std::string_view timing :
       {"beat_every_ms", "call_deadline_ms", "lease_ms", "graceful_stop_ms", "kill_to_empty_ms",
        "guard_margin_ms", "takeover_after_ms", "freeze_ms", "clock_rate_bound"})
    if (key == timing) return true;
  return false;
}

/// The path in the file's words; empty if the line is not for people.
Words path_in_file(Words path) {
  const bool of_supervisors =
      path.size() > 1 && path[0] == "pools" && path[1] == core::kSupervisorPool;
  if (of_supervisors && (path.size() != 3 || !is_timing(path[2]))) return {};
  if (of_supervisors) path = {"supervisor_timings", path[2]};
  // the names in between may be any word
  if (!path.empty()) path[0] = singular(path[0]);
  if (path.size() > 3) path[2] = singular(path[2]);
  return path;
}

const std::string* query_in(const std::vector<core::PoolSettings>& pools, const Words& path) {
  for (const auto& pool : pools)
    for (const auto& queue : pool.queues)
      if (pool.name.str() == path[1] && queue.name.str() == path[3]) return &queue.query;
  return nullptr;
}

/// The lines that are in one of the two texts only, in order: the longest common part stays out.
void add_line_diff(const std::string& before, const std::string& after, Words& out) {
  const auto a = split(before, '\n'), b = split(after, '\n');
  constexpr std::size_t kMost = 1000;  // of lines: the table below is their product
  if (a.size() > kMost || b.size() > kMost) return;
  std::vector<std::vector<int>> common(a.size() + 1, std::vector<int>(b.size() + 1));
  for (auto i = a.size(); i-- > 0;)
    for (auto j = b.size(); j-- > 0;)
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i;
      ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      out.push_back("    - " + a[i++]);
    } else {
      out.push_back("    + " + b[j++]);
    }
  }
}

}  // namespace

std::vector<std::string> shown_changes(const std::vector<std::string>& changes,
                                       const core::Snapshot& before, const core::Fleet& wanted) {
  std::vector<core::PoolSettings> old;
  for (const auto& pool : before.pools) old.push_back(pool.settings);
  Words out;
  for (const auto& change : changes) {
    if (change.size() < 3 || change[1] != ' ') {
      out.push_back(change);
      continue;
    }
    const auto colon = std::min(change.find(": "), change.size());
    const auto path = split(std::string_view{change}.substr(2, colon - 2), ' ');
    auto shown = path_in_file(path);
    if (shown.empty()) continue;
    const std::string sign = change.substr(0, 2);
    if (colon == change.size()) {
      out.push_back(fmt::format("{}{}", sign, fmt::join(shown, " ")));
      continue;
    }
    auto values = change.substr(colon + 2);
    if (path.size() == 5 && path[4] == "query" && sign == "~ ") {
      const auto* from = query_in(old, path);
      const auto* to = query_in(wanted.pools, path);
      if (from != nullptr && to != nullptr) {
        out.push_back(fmt::format("{}{}:", sign, fmt::join(shown, " ")));
        add_line_diff(*from, *to, out);
        continue;
      }
    }
    auto& key = shown.back();
    if (key.ends_with("_ms")) {
      key.resize(key.size() - 3);
      values = values_as_in_file(values);
    }
    out.push_back(fmt::format("{}{}: {}", sign, fmt::join(shown, " "), values));
  }
  return out;
}

}  // namespace jobflip::cli
