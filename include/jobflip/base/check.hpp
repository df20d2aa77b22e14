#pragma once
/// JF_CHECK(what must hold): on in every build. A check that fails is our own mistake, never the
/// user's: the process says where and ends, systemd starts it again, and the lease fences its work.

#include <source_location>

namespace jobflip {

[[noreturn]] void check_failed(const char* what, std::source_location where) noexcept;

}  // namespace jobflip

#define JF_CHECK(what)                                                 \
  do {                                                                 \
    if (!(what)) [[unlikely]]                                          \
      ::jobflip::check_failed(#what, std::source_location::current()); \
  } while (false)
