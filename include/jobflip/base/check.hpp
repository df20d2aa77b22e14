#pragma once
/// JF_CHECK(condition): an assertion that is on in every build. A failed check is a bug in jobflip,
/// never a user's mistake: the process writes the place to stderr and aborts, systemd restarts it,
/// and the lease fences its workers meanwhile.

#include <source_location>

namespace jobflip {

[[noreturn]] void check_failed(const char* what, std::source_location where) noexcept;

}  // namespace jobflip

#define JF_CHECK(what)                                                 \
  do {                                                                 \
    if (!(what)) [[unlikely]]                                          \
      ::jobflip::check_failed(#what, std::source_location::current()); \
  } while (false)
