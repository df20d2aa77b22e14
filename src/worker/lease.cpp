#include "jobflip/worker/lease.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace jobflip::worker {
namespace {

// The rule for all names in jobflip: safe without quotes in SQL, in a path and in a log line.
bool is_name(std::string_view text) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::string_view rest = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 63 && first.find(text[0]) != std::string_view::npos &&
         text.find_first_not_of(rest) == std::string_view::npos;
}

bool complain(std::string* why, const char* variable, const char* value, const char* wanted) {
  if (why != nullptr) {
    *why = std::string(variable) +
           (value == nullptr ? " is not set" : " is not " + std::string(wanted));
    if (value == nullptr) *why += ": was this process started by a jobflip agent?";
  }
  return false;
}

bool parse_epoch(const char* text, std::int64_t& epoch) {
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, epoch);
  return error == std::errc{} && stop == end && epoch >= 1;
}

}  // namespace

std::optional<Lease> parse_lease(const char* pool, const char* node, const char* epoch,
                                 std::string* why) {
  Lease lease;
  constexpr const char* a_name = "a name ([a-z0-9][a-z0-9._-]*, at most 63 characters)";
  const bool holds =
      (pool != nullptr && is_name(pool) ? true : complain(why, "JOBFLIP_POOL", pool, a_name)) &&
      (node != nullptr && is_name(node) ? true : complain(why, "JOBFLIP_NODE", node, a_name)) &&
      (epoch != nullptr && parse_epoch(epoch, lease.epoch)
           ? true
           : complain(why, "JOBFLIP_EPOCH", epoch, "a whole number of at least 1"));
  if (!holds) return std::nullopt;
  lease.pool = pool;
  lease.node = node;
  return lease;
}

std::optional<Lease> lease_from_environment(std::string* why) {
  return parse_lease(std::getenv("JOBFLIP_POOL"), std::getenv("JOBFLIP_NODE"),
                     std::getenv("JOBFLIP_EPOCH"), why);
}

}  // namespace jobflip::worker
