#pragma once
/// Reads what `audit` exports and verifies: from the store page by page, and from files event by
/// event. Memory does not grow with the number of events.

#include <functional>
#include <iosfwd>
#include <limits>
#include <string>
#include <vector>

#include "jobflip/audit/export_reader.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::cli {

/// Below the first number that an event may have: somebody may have put one there.
inline constexpr auto kBelowAll = std::numeric_limits<std::int64_t>::min();

/// Passes every event behind `after` up to the head to `take`, page by page, until `take` returns
/// false. Without `after` it begins below the first number that an event may have, so that events
/// that someone put there are found. For a chain without a head it passes all events.
Result<void> each_page(ports::ReaderStore& store, const core::ChainHead& head,
                       const std::function<bool(const std::vector<core::AuditEvent>&)>& take,
                       std::optional<std::int64_t> after = {});

/// Compares the events in the store with the heads in the store, and with anchors.
Result<std::vector<audit::ChainCheck>> check_store(ports::ReaderStore& store,
                                                   const std::vector<core::ChainHead>& anchors);

/// What an export is, and the result for its chains.
struct FileCheck {
  std::vector<audit::ChainCheck> checks;
  bool has_heads{false};
  bool is_part{false};
};
Result<FileCheck> check_file(const std::string& path, const std::vector<core::ChainHead>& anchors);

/// "-" reads `in`.
Result<std::vector<core::ChainHead>> read_anchors(const std::string& path, std::istream& in);

/// The first flaw of each chain that does not contain its anchors. Looks at the anchored events
/// alone; anchors of events that were exported and removed are left out.
Result<std::vector<audit::Flaw>> flaws_of_anchors(ports::ReaderStore& store,
                                                  const std::vector<core::ChainHead>& anchors);

}  // namespace jobflip::cli
