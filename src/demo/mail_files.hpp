#pragma once
/// Reads the SMTP server's files and counts the mails: delivered, lost, twice, repeated.
///
/// SMTP has no transaction: a mail that was in flight when its worker was killed may rightly be
/// sent again. The worker records an attempt before it sends, so such a mail carries a higher
/// attempt number, and the epoch of a newer lease, or of the same one a good while later (its
/// worker was killed, and another one started under the same lease): that is `repeated`. Any other
/// mail that came more than once is `twice`.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/result.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::demo {

/// The last line of every body: a file without it is a mail that is still arriving.
inline constexpr std::string_view kLastLine = "This is the last line.";

/// email-worker's --resend-after in the demo.
inline constexpr Millis kResendAfter{5000};

struct Delivery {
  std::int64_t email{};
  int attempt{};
  std::int64_t epoch{};
  std::string node;
  WallTime at;  // when the server wrote the end of it
  auto operator<=>(const Delivery&) const = default;
};

/// Parses one file's text; an error says what is missing in it.
Result<Delivery> parse_delivery(std::string_view text, WallTime at);

/// Every mail that has arrived in full, by time. A file that is not a mail of ours is an error.
Result<std::vector<Delivery>> read_deliveries(const std::string& folder);

struct Tally {
  int delivered{};  // different mails that arrived
  int lost{};       // queued, and never arrived
  int twice{};
  int repeated{};
  int out_of_order{};                // came after one of a newer epoch: two workers at once
  std::vector<std::string> remarks;  // one sentence for each of the last three
};

/// `queued` mails, numbered from 1. Requires: `deliveries` are sorted by time.
Tally tally(const std::vector<Delivery>& deliveries, int queued);

/// The longest time between two consecutive deliveries of which the second is within [from, to].
Millis longest_gap(const std::vector<Delivery>& deliveries, WallTime from, WallTime to);

}  // namespace jobflip::demo
