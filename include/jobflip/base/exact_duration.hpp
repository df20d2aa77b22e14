#pragma once
/// A length of time as configuration files contain it, with nothing left out.

#include <string>

#include "jobflip/base/time.hpp"

namespace jobflip {

/// "2m", "1h30m", "13s445ms"; "0ms". A negative one is not in any file: "-5ms".
std::string exact_duration(Millis length);

}  // namespace jobflip
