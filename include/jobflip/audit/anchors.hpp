#pragma once
/// Anchors: heads of audit chains that were kept outside the store, in a journal or from an earlier
/// run. Each is a line with chain, seq and hash (hex), and may begin with a time. A chain that was
/// rewritten as a whole no longer contains them.

#include <iosfwd>
#include <string>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/core/history.hpp"

namespace jobflip::audit {

/// Errors call the input `name`. Empty lines and lines that begin with '#' are skipped.
Result<std::vector<core::ChainHead>> read_anchors(std::istream& in, const std::string& name);

}  // namespace jobflip::audit
