#include "faults/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace jobflip::faults {
namespace {

std::string name_of(const Holding& holding) {
  return fmt::format("{} under epoch {} (process {})", holding.node, holding.epoch, holding.pid);
}

bool same_lease(const Holding& a, const Holding& b) {
  return a.node == b.node && a.epoch == b.epoch;
}

bool after_waking(const Holding& holding, std::int64_t moment, const std::vector<Freeze>& freezes) {
  return std::ranges::any_of(freezes, [&](const Freeze& freeze) {
    return freeze.node == holding.node && moment >= freeze.woken && moment < freeze.until;
  });
}

/// The moments that count: those between a wake-up of the whole host and the guard's end of it do
/// not.
Holding without_wakings(const Holding& holding, const std::vector<Freeze>& freezes) {
  Holding kept{holding.node, holding.epoch, holding.pid, {}};
  for (const auto moment : holding.moments)
    if (!after_waking(holding, moment, freezes)) kept.moments.push_back(moment);
  return kept;
}

void compare(const Holding& a, const Holding& b, Findings& findings) {
  if (same_lease(a, b) || a.moments.empty() || b.moments.empty()) return;
  const auto from = std::max(a.moments.front(), b.moments.front());
  const auto to = std::min(a.moments.back(), b.moments.back());
  if (from > to) return;
  findings.overlaps.push_back(fmt::format("{} and {} both worked from {} to {} ns ({} ms)",
                                          name_of(a), name_of(b), from, to,
                                          (to - from) / 1'000'000));
}

}  // namespace

Holding parse_holding(const std::string& name, const std::string& text) {
  const auto bad = [&name] { return std::runtime_error(name + " is no file of a worker"); };
  Holding holding;
  std::istringstream in{text.substr(0, text.rfind('\n') + 1)};
  if (!(in >> holding.node >> holding.epoch >> holding.pid)) {
    if (text.find('\n') == std::string::npos) return holding;  // killed in its first line
    throw bad();
  }
  for (std::int64_t moment{}; in >> moment;) {
    if (!holding.moments.empty() && moment < holding.moments.back()) throw bad();
    holding.moments.push_back(moment);
  }
  if (!in.eof()) throw bad();
  return holding;
}

std::vector<Holding> read_holdings(const std::string& folder) {
  std::vector<Holding> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    all.push_back(parse_holding(entry.path().string(), text));
  }
  return all;
}

void check_overlaps(const std::vector<Holding>& holdings, const std::vector<Freeze>& freezes,
                    Findings& findings) {
  std::vector<Holding> kept;
  for (const auto& holding : holdings) {
    kept.push_back(without_wakings(holding, freezes));
    findings.woken_moments +=
        static_cast<std::int64_t>(holding.moments.size() - kept.back().moments.size());
  }
  for (std::size_t i = 0; i < kept.size(); ++i)
    for (std::size_t j = i + 1; j < kept.size(); ++j) compare(kept[i], kept[j], findings);
}

void check_commits(const std::vector<Commit>& commits, Findings& findings) {
  std::map<std::int64_t, std::string> node_of;
  std::int64_t highest = 0;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const auto& [node, epoch] = commits[i];
    if (epoch < highest)
      findings.stale_commits.push_back(fmt::format(
          "commit {} of {} was under epoch {}, after one under {}", i + 1, node, epoch, highest));
    highest = std::max(highest, epoch);
    const auto [known, is_new] = node_of.emplace(epoch, node);
    if (!is_new && known->second != node)
      findings.stale_commits.push_back(
          fmt::format("{} and {} both committed under epoch {}", known->second, node, epoch));
  }
}

void check_takes(const std::vector<Holding>& holdings, const std::vector<Take>& takes,
                 bool history_was_lost, Findings& findings) {
  std::map<std::int64_t, std::string> taken;
  for (const auto& take : takes)
    if (!taken.emplace(take.epoch, take.node).second)
      findings.unrecorded.push_back(fmt::format("epoch {} was taken twice", take.epoch));
  for (const auto& holding : holdings) {
    if (holding.moments.empty()) continue;
    const auto found = taken.find(holding.epoch);
    if (found == taken.end()) {
      if (!history_was_lost)
        findings.unrecorded.push_back(name_of(holding) + ": no take of it is in the audit log");
    } else if (found->second != holding.node) {
      findings.unrecorded.push_back(name_of(holding) + ": the audit log says that " +
                                    found->second + " took it");
    }
  }
}

}  // namespace jobflip::faults
