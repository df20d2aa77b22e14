#pragma once
/// Reads what `audit` verifies: from the store page by page, and from files.

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "jobflip/audit/export.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::cli {

/// Passes every event up to the head to `take`, page by page, until `take` returns false. It begins
/// below the first number that an event may have, so that events that someone put there are found.
/// For a chain without a head it passes all events.
Result<void> each_page(ports::ReaderStore& store, const core::ChainHead& head,
                       const std::function<bool(const std::vector<core::AuditEvent>&)>& take);

/// Compares the events in the store with the heads in the store.
Result<std::vector<audit::ChainCheck>> check_store(ports::ReaderStore& store);

/// "-" reads `in`.
Result<std::vector<core::ChainHead>> read_anchors(const std::string& path, std::istream& in);

/// The first flaw of each chain that does not contain its anchors.
Result<std::vector<audit::Flaw>> flaws_of_anchors(ports::ReaderStore& store,
                                                  const std::vector<core::ChainHead>& anchors);

Result<audit::Export> read_export(const std::string& path);

}  // namespace jobflip::cli
