#include "jobflip/base/result.hpp"

#include <stdexcept>

namespace jobflip {

std::string_view name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::config:
      return "config";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::store_unreachable:
      return "store_unreachable";
    case ErrorCode::store_timeout:
      return "store_timeout";
    case ErrorCode::store_denied:
      return "store_denied";
    case ErrorCode::store_read_only:
      return "store_read_only";
    case ErrorCode::store_full:
      return "store_full";
    case ErrorCode::schema_missing:
      return "schema_missing";
    case ErrorCode::schema_old:
      return "schema_old";
    case ErrorCode::schema_new:
      return "schema_new";
    case ErrorCode::store_conflict:
      return "store_conflict";
    case ErrorCode::store_failed:
      return "store_failed";
    case ErrorCode::probe_failed:
      return "probe_failed";
    case ErrorCode::database_failed:
      return "database_failed";
    case ErrorCode::host_failed:
      return "host_failed";
    case ErrorCode::audit_broken:
      return "audit_broken";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

bool is_passing(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::config:
    case ErrorCode::audit_broken:
    case ErrorCode::internal:
      return false;
    default:
      return true;
  }
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("result without a value: " + error.text);
}

}  // namespace jobflip
