#pragma once
/// Three lanes for what goes wrong. Expected outcomes are values of an enum; operating failures are
/// a `Result<T>` that holds an `Error`; our own mistakes hit JF_CHECK. No exception crosses a room.

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace jobflip {

enum class ErrorCode {
  usage,              // the call's words are off
  config,             // a file or a setting does not hold
  refused,            // a rule said no
  not_found,          // no such pool, node, flip
  store_unreachable,  // no connection, or it broke
  store_timeout,      // no answer in time
  store_denied,       // the store refused the login or the right
  store_read_only,    // a standby, or a read-only session
  store_full,         // no space, or no connection slot left
  schema_missing,     // `jobflip init` was never run there
  schema_old,         // the schema is older than this program
  schema_new,         // the schema is newer than this program
  store_conflict,     // a lock was not had in time, a serialization failure: try again
  store_failed,       // any other error that the store gave
  probe_failed,       // a queue could not be read
  host_failed,        // this machine would not do it (fork, exec, a folder, a unit)
  audit_broken,       // the audit chain does not verify
  internal,           // cannot happen, and did
};

std::string_view name_of(ErrorCode code) noexcept;

/// True where waiting may cure it: a daemon goes on and tries again.
bool is_passing(ErrorCode code) noexcept;

/// `text` says what is wrong with the field and the value; `hint` says the mend ("" where none).
struct Error {
  ErrorCode code{ErrorCode::internal};
  std::string text;
  std::string hint;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

}  // namespace jobflip
