#pragma once
/// The errors in a file: all of them at once, so that a person can fix the file in one go. Each
/// names the place (file and line), the field, what is wrong with its value, and the fix.

#include <boost/system/result.hpp>
#include <string>
#include <vector>

namespace jobflip::config {

struct ConfigError {
  std::string file;
  int line{0};        // 0: the file as a whole
  std::string field;  // "pool.mail.cooldown"; "" if it concerns no field
  std::string text;
  std::string hint;  // "" if there is none

  bool operator==(const ConfigError&) const = default;
};

/// "mail.toml:12: pool.mail.cooldown: "15" has no unit", without the hint. Safe to print.
std::string to_text(const ConfigError& error);

/// In the order of their lines; never empty.
struct ConfigErrors {
  std::vector<ConfigError> errors;
};

template <class T>
using Parsed = boost::system::result<T, ConfigErrors>;

[[noreturn]] void throw_exception_from_error(const ConfigErrors& errors,
                                             const boost::source_location&);

}  // namespace jobflip::config
