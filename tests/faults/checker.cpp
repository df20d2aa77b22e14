#include "faults/checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace jobflip::faults {
namespace {

struct Tick {
  std::int64_t at;
  const WorkerFile* by;
};

std::vector<Tick> ticks_of(const std::vector<WorkerFile>& workers) {
  std::vector<Tick> ticks;
  for (const auto& file : workers)
    for (const auto at : file.ticks) ticks.push_back({at, &file});
  std::ranges::stable_sort(ticks, {}, &Tick::at);
  return ticks;
}

/// The last thaw of the worker's node, if the worker began before it and the tick is within the
/// grace period; else 0.
std::int64_t thaw_of(const Tick& tick, const std::vector<Thaw>& thaws) {
  std::int64_t found = 0;
  for (const auto& thaw : thaws) {
    if (thaw.node == tick.by->node && tick.by->ticks.front() < thaw.at && tick.at >= thaw.at &&
        tick.at <= thaw.at + kThawGrace)
      found = std::max(found, thaw.at);
  }
  return found;
}

bool is_take(const Event& event) {
  return event.chain == "mail" && (event.kind == "lease_taken" || event.kind == "takeover");
}

void append(std::vector<Violation>& to, std::vector<Violation> more) {
  std::ranges::move(more, std::back_inserter(to));
}

}  // namespace

const char* describe(Rule rule) {
  switch (rule) {
    case Rule::overlap:
      return "overlap";
    case Rule::stale_commit:
      return "stale commit";
    case Rule::unaudited:
      return "unaudited";
    case Rule::epoch_take:
      return "epoch without a take";
    case Rule::open_flip:
      return "flip that never ended";
    case Rule::lost:
      return "lost";
  }
  return "?";
}

Overlaps check_overlaps(const std::vector<WorkerFile>& workers, const std::vector<Thaw>& thaws) {
  Overlaps found;
  const WorkerFile* newest = nullptr;  // the worker with the highest epoch so far
  std::set<const WorkerFile*> reported;
  for (const Tick& tick : ticks_of(workers)) {
    if (newest == nullptr || tick.by->epoch > newest->epoch) {
      newest = tick.by;
    } else if (tick.by->epoch < newest->epoch || tick.by->node != newest->node) {
      if (const auto thaw = thaw_of(tick, thaws); thaw != 0) {
        ++found.woken_ticks;
        found.longest_woken = std::max(found.longest_woken, tick.at - thaw);
      } else if (reported.insert(tick.by).second) {
        found.violations.push_back(
            {Rule::overlap,
             fmt::format("{} (epoch {}) worked at {} ns, after {} had begun to work at {} ns",
                         tick.by->name, tick.by->epoch, tick.at, newest->name,
                         newest->ticks.front()),
             tick.at});
      }
    }
  }
  return found;
}

std::vector<Violation> check_commits(const Branch& branch) {
  std::vector<Violation> found;
  const Commit* last = nullptr;
  for (const Commit& one : branch.commits) {
    if (last != nullptr && one.serial <= last->serial)
      found.push_back({Rule::stale_commit, fmt::format("{}: serial {} stands after {}", branch.name,
                                                       one.serial, last->serial)});
    if (last != nullptr &&
        (one.epoch < last->epoch || (one.epoch == last->epoch && one.node != last->node)))
      found.push_back(
          {Rule::stale_commit,
           fmt::format("{}: serial {} by {} under epoch {} after {} by {} under {}", branch.name,
                       one.serial, one.node, one.epoch, last->serial, last->node, last->epoch)});
    last = &one;
  }
  return found;
}

std::vector<Violation> check_audit(const Branch& branch) {
  std::vector<Violation> found;
  const auto complain = [&](const std::string& what) {
    found.push_back({Rule::unaudited, branch.name + ": " + what});
  };
  std::map<std::int64_t, std::vector<std::string>> audited;  // flip -> the states it went to
  std::map<std::string, int> answers;                        // request + kind -> events
  std::map<std::string, std::int64_t> seqs;
  for (const Event& event : branch.events) {
    if (event.seq != ++seqs[event.chain])
      complain(fmt::format("event {} of chain {} is missing", seqs[event.chain], event.chain));
    if (event.kind == "flip_step") audited[event.flip].push_back(event.to_state);
    if (!event.request.empty()) ++answers[event.request + event.kind];
  }
  std::map<std::int64_t, std::vector<std::string>> made;
  for (const Step& step : branch.steps)
    if (step.seq > 1) made[step.flip].push_back(step.state);  // the first is the request itself
  for (const Flip& flip : branch.flips)
    if (made[flip.id] != audited[flip.id])
      complain(fmt::format("the steps of flip {} are not the ones in the audit", flip.id));
  for (const Request& request : branch.requests) {
    const char* kind = request.accepted ? "flip_requested" : "flip_refused";
    if (answers[request.request + kind] != 1)
      complain(fmt::format("request {} has {} events of kind {}", request.request,
                           answers[request.request + kind], kind));
  }
  const bool taken = std::ranges::any_of(branch.events, [&](const Event& event) {
    return is_take(event) && event.epoch == branch.owner_epoch;
  });
  if (branch.owner_epoch != 0 && !taken)
    complain(fmt::format("the current epoch {} was taken without an event", branch.owner_epoch));
  return found;
}

std::vector<Event> all_events(const std::vector<Branch>& branches) {
  std::vector<Event> all;
  std::unordered_set<std::string> known;
  for (const auto& branch : branches)
    for (const auto& event : branch.events)
      if (known.insert(event.hash).second) all.push_back(event);
  return all;
}

std::vector<Violation> check_takes(const Evidence& evidence) {
  std::map<std::int64_t, std::vector<std::string>> takers;
  for (const Event& event : all_events(evidence.branches))
    if (is_take(event)) takers[event.epoch].push_back(event.node);
  std::vector<Violation> found;
  std::set<std::int64_t> reported;
  for (const auto& file : evidence.workers) {
    const auto& by = takers[file.epoch];
    if (by == std::vector<std::string>{file.node} || !reported.insert(file.epoch).second) continue;
    found.push_back({Rule::epoch_take,
                     fmt::format("{} worked under epoch {}, which has {} take events{}", file.name,
                                 file.epoch, by.size(), by.size() == 1 ? " of " + by[0] : ""),
                     file.ticks.front()});
  }
  return found;
}

std::vector<Violation> check_flips_ended(const Branch& branch) {
  std::vector<Violation> found;
  for (const Flip& flip : branch.flips)
    if (!flip.ended)
      found.push_back({Rule::open_flip, fmt::format("flip {} is still {}", flip.id, flip.state)});
  return found;
}

std::vector<Violation> check_nothing_lost(const Evidence& evidence) {
  std::vector<Violation> found;
  std::unordered_set<std::int64_t> performed;
  std::unordered_map<std::int64_t, std::set<std::int64_t>> committed;  // serial -> epochs
  for (const auto& branch : evidence.branches)
    for (const auto& commit : branch.commits) committed[commit.serial].insert(commit.epoch);
  for (const auto& file : evidence.workers) {
    performed.insert(file.performed.begin(), file.performed.end());
    for (const auto serial : file.acknowledged)
      if (!committed[serial].contains(file.epoch))
        found.push_back(
            {Rule::lost, fmt::format("{}: the acknowledged commit {} is in no history of the store",
                                     file.name, serial)});
  }
  if (evidence.branches.empty()) return found;
  for (const Item& item : evidence.branches.back().items) {
    if (item.done_serial == 0)
      found.push_back({Rule::lost, fmt::format("item {} was never done", item.id)});
    else if (!performed.contains(item.id))
      found.push_back({Rule::lost, fmt::format("item {} counts as done by nobody", item.id)});
  }
  return found;
}

std::vector<Violation> check(const Evidence& evidence, bool ended) {
  auto found = check_overlaps(evidence.workers, evidence.thaws).violations;
  for (const auto& branch : evidence.branches) {
    append(found, check_commits(branch));
    append(found, check_audit(branch));
  }
  if (!ended) return found;
  append(found, check_takes(evidence));
  if (!evidence.branches.empty()) append(found, check_flips_ended(evidence.branches.back()));
  append(found, check_nothing_lost(evidence));
  return found;
}

}  // namespace jobflip::faults
