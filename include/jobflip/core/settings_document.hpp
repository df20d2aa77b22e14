#pragma once
/// Settings as JSON documents, the form in which they go to the store and come back. Lengths are
/// numbers of milliseconds under keys that end in `_ms`. Candidates, queues, nodes and pools are
/// objects by name, so that the store compares old and new ones by name, too.
///
/// Versions are mixed while a site is upgraded: a reader ignores a key that it does not know, and
/// uses the default if a key is missing.

#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::core {

/// What jobflip.apply() is given. Requires: no two things of one kind with one name.
std::string fleet_document(const Fleet& fleet);

/// One pool of it with its name and version, as agents and readers get it. An error names the value
/// that can't be read.
std::string pool_document(const PoolSettings& pool);
Result<PoolSettings> parse_pool_document(std::string_view json);

}  // namespace jobflip::core
