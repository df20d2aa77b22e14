#pragma once
/// How a store is reached. One object of this room owns one connection, made at its first call and
/// made anew by the call after one that broke it; it is used from one thread, but for cut().
///
/// Invariant: a call, connecting included, ends within `call_deadline`; what the deadline can't
/// bound is the lookup of a host name, so an address is better than a name.

#include <map>
#include <string>

#include "jobflip/base/time.hpp"

namespace jobflip::store {

struct StoreSettings {
  std::string conninfo;  // as libpq has it; "service=jobflip"
  Millis call_deadline{2000};
  std::string application_name{"jobflip"};
};

}  // namespace jobflip::store
