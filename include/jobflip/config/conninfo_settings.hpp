#pragma once
/// A libpq connection string as its settings, to change some of them and to write it again. URIs
/// are read, too. Reads no file and no variable: a `service` stays one.

#include <map>
#include <string>
#include <string_view>

#include "jobflip/base/result.hpp"

namespace jobflip::config {

using ConninfoSettings =
    std::map<std::string, std::string>;  // keyword -> value, without empty ones

/// Fails with the reason of why_not_conninfo(); `source` names the string: "--conninfo".
Result<ConninfoSettings> conninfo_settings(const std::string& conninfo, std::string_view source);

/// "host=db1 dbname=jobflip user=job1 ...": first what people look for.
std::string conninfo_of(const ConninfoSettings& settings);

}  // namespace jobflip::config
