#include "jobflip/config/error.hpp"

#include <stdexcept>

#include "jobflip/base/escape.hpp"

namespace jobflip::config {

std::string to_text(const ConfigError& error) {
  std::string out = printable(error.file);
  if (error.line > 0) out += ":" + std::to_string(error.line);
  out += ": ";
  if (!error.field.empty()) out += printable(error.field) + ": ";
  return out + printable(error.text);
}

void throw_exception_from_error(const ConfigErrors& errors, const boost::source_location&) {
  throw std::logic_error("file without a value: " +
                         (errors.errors.empty() ? std::string{} : to_text(errors.errors.front())));
}

}  // namespace jobflip::config
