#pragma once
/// Heads of the audit's chains that were kept outside the store: lines of chain, seq and hash
/// (hex), from a journal or from an earlier run. A chain that was rewritten whole does not go
/// through them.

#include <iosfwd>
#include <string>
#include <vector>

#include "jobflip/cli/world.hpp"

namespace jobflip::cli {

/// "-" reads `in`. Lines that are empty or begin with '#' are passed over.
Result<std::vector<core::ChainHead>> read_anchors(const std::string& path, std::istream& in);

/// The first flaw of each chain.
Result<std::vector<AuditFlaw>> flaws_of_anchors(ports::ReaderStore& store,
                                                const std::vector<core::ChainHead>& anchors);

}  // namespace jobflip::cli
