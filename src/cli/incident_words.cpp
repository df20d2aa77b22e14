#include "cli/incident_words.hpp"

#include <fmt/format.h>

#include <array>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::cli {

Result<core::IncidentClass> typed_class(const std::string& text) {
  using enum core::IncidentClass;
  if (const auto kind = core::parse_incident_class(text)) return *kind;
  std::vector<std::string> names;
  for (const auto kind : {queued, deployment, slowness, node, store, other})
    names.emplace_back(name_of(kind));
  const auto near = config::nearest_word(text, names);
  return Error{ErrorCode::usage,
               fmt::format("--class: there is no class \"{}\"", printable(text, 60)),
               fmt::format("{}classes are: {}",
                           near.empty() ? "" : fmt::format("did you mean \"{}\"? ", near),
                           fmt::join(names, ", "))};
}

Result<core::Incident> read_incident(ports::ReaderStore& store, std::int64_t number) {
  if (number != kLast) return store.incident(IncidentId{number});
  core::IncidentQuery query;
  query.limit = 1;
  const auto newest = store.incidents(query);
  if (!newest) return newest.error();
  if (newest->empty()) return Error{ErrorCode::not_found, "there is no incident yet", ""};
  return store.incident(newest->front().id);
}

Result<FlipId> last_flip(ports::ReaderStore& store) {
  std::optional<core::HistoryEntry> newest;
  for (const auto kind : {core::HistoryKind::flip, core::HistoryKind::takeover}) {
    core::HistoryQuery query;
    query.limit = 1;
    query.filter.kind = name_of(kind);
    const auto found = store.history(query);
    if (!found) return found.error();
    for (const auto& entry : *found)
      if (entry.flip && (!newest || *newest->flip < *entry.flip)) newest = entry;
  }
  if (newest) return *newest->flip;
  return Error{ErrorCode::not_found, "there is no flip yet", ""};
}

Result<void> known_in_log(ports::ReaderStore& store, const PoolName& pool) {
  if (pool.empty()) return {};
  const auto snapshot = store.snapshot();
  if (!snapshot) return snapshot.error();
  const auto found = find_pool(*snapshot, pool.str());
  if (found) return {};
  const auto events = store.audit({pool.str(), 0, 1, true});
  if (!events) return events.error();
  return events->empty() ? Result<void>{found.error()} : Result<void>{};
}

}  // namespace jobflip::cli
