#pragma once
/// Anchors: heads of the audit's chains that were kept outside the store. Lines of chain, seq and
/// hash (hex), from a journal or from an earlier run. A chain that was rewritten whole does not go
/// through them.

#include <iosfwd>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::audit {

/// `name` is what an Error calls `in`. Lines that are empty or begin with '#' are passed over.
Result<std::vector<core::ChainHead>> read_anchors(std::istream& in, const std::string& name);

}  // namespace jobflip::audit
