#pragma once
/// One POST of JSON to a URL, with a limit on everything: its time, what is sent and what is read.
/// Follows no redirect. Talks http and https only.

#include <atomic>
#include <string>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::notify {

inline constexpr Millis kPostTimeout{10'000};

/// Waits for the answer. Setting `cancelled` ends it within a second. Requires: `url` begins with
/// http:// or https://.
Result<void> post_json(const std::string& url, const std::string& body,
                       const std::atomic<bool>& cancelled, Millis timeout = kPostTimeout);

}  // namespace jobflip::notify
