#include "probe/preset_rows.hpp"

#include <algorithm>

#include "jobflip/base/escape.hpp"

namespace jobflip::probe {
namespace {

constexpr std::string_view kNeverFirst = "._-";
constexpr std::size_t kNameMax = 63;

}  // namespace

std::string queue_name_of(std::string_view raw) {
  std::string out;
  bool replaces = false;
  for (const char c : raw) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool fits = is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      kNeverFirst.find(c) != kNeverFirst.npos;
    if (fits || !replaces) out += !fits ? '-' : is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    replaces = !fits;
  }
  out.erase(0, std::min(out.find_first_not_of(kNeverFirst), out.size()));
  return out.substr(0, kNameMax);
}

Result<ProbeAnswer> row_of_queue(ProbeAnswer answer, const QueueName& queue) {
  ProbeAnswer out{answer.columns, {}};
  const auto column =
      static_cast<std::size_t>(std::ranges::find(answer.columns, "queue") - answer.columns.begin());
  // read_probe() has the words for both
  if (column == answer.columns.size() || answer.rows.size() > kProbeRowLimit) return answer;
  std::optional<std::string> raw;
  for (auto& row : answer.rows) {
    auto& name = row[column];
    if (!name || queue_name_of(*name) != queue.str()) continue;
    if (raw)
      return Error{ErrorCode::probe_failed,
                   "queue " + queue.str() + ": \"" + printable(*raw, 100) + "\" and \"" +
                       printable(*name, 100) + "\" have the same name in jobflip",
                   "write a query that returns one row for both"};
    raw = std::exchange(name, queue.str());
    out.rows.push_back(std::move(row));
  }
  if (raw) return out;
  const auto unnamed = std::ranges::find_if(answer.rows, [&](auto& row) { return !row[column]; });
  if (unnamed == answer.rows.end()) return out;
  (*unnamed)[column] = queue.str();
  out.rows.push_back(std::move(*unnamed));
  return out;
}

}  // namespace jobflip::probe
