#pragma once
/// How the commands come by what `audit` judges: out of the store page by page, and out of files.

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "jobflip/audit/export.hpp"
#include "jobflip/ports/reader_store.hpp"

namespace jobflip::cli {

/// Gives every event up to the head to `take`, page by page, until it answers false. It begins
/// below the first number that an event may have: what was put there is to be found. Of a chain
/// without a head it gives whatever there is.
Result<void> each_page(ports::ReaderStore& store, const core::ChainHead& head,
                       const std::function<bool(const std::vector<core::AuditEvent>&)>& take);

/// What the store has, held against its heads.
Result<std::vector<audit::ChainCheck>> check_store(ports::ReaderStore& store);

/// "-" reads `in`.
Result<std::vector<core::ChainHead>> read_anchors(const std::string& path, std::istream& in);

/// The first flaw of each chain that does not go through its anchors.
Result<std::vector<audit::Flaw>> flaws_of_anchors(ports::ReaderStore& store,
                                                  const std::vector<core::ChainHead>& anchors);

Result<audit::Export> read_export(const std::string& path);

}  // namespace jobflip::cli
